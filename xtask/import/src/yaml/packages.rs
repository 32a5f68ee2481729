//! `packages:`: other files that a device is made of. Knows how they are merged, not what they hold.

use super::tree::{Tree, ValueKind};
use anyhow::{Result, bail};

/// Packages within packages, at most.
const DEEPEST: usize = 16;

/// Merges a device's packages into it: maps are merged, lists follow each other, and what the device defines itself
/// wins.
pub(super) fn merge(tree: &mut Tree) -> Result<()> {
    merge_nested(tree, 0)
}

fn merge_nested(tree: &mut Tree, depth: usize) -> Result<()> {
    if depth > DEEPEST {
        bail!("{}: packages within packages, without an end", tree.position);
    }
    let ValueKind::Map(entries) = &mut tree.kind else { return Ok(()) };
    let Some(index) = entries.iter().position(|(key, _)| key == "packages") else { return Ok(()) };
    let (_, packages) = entries.remove(index);
    let all: Vec<Tree> = match packages.kind {
        ValueKind::Map(entries) => entries.into_iter().map(|(_, value)| value).collect(),
        ValueKind::List(items) => items,
        ValueKind::Scalar { .. } => vec![packages],
    };
    let mut remote = Vec::new();
    for mut package in all {
        if package.entries().is_empty() || package.get("url").is_some() {
            // A package of another place is not fetched.
            remote.push(package);
            continue;
        }
        merge_nested(&mut package, depth + 1)?;
        merge_below(tree, package);
    }
    if let (ValueKind::Map(entries), Some(first)) = (&mut tree.kind, remote.first()) {
        let position = first.position.clone();
        entries.push(("packages".into(), Tree { position, kind: ValueKind::List(remote) }));
    }
    Ok(())
}

/// Adds what `lower` has and `upper` has not.
fn merge_below(upper: &mut Tree, lower: Tree) {
    match (&mut upper.kind, lower.kind) {
        (ValueKind::Map(entries), ValueKind::Map(others)) => {
            for (key, value) in others {
                match entries.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, own)) => merge_below(own, value),
                    None => entries.push((key, value)),
                }
            }
        }
        (ValueKind::List(items), ValueKind::List(others)) => {
            let own = std::mem::replace(items, others);
            items.extend(own);
        }
        _ => {}
    }
}
