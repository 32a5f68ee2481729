//! `packages:`: other files that a device is made of. Knows how they are merged, not what they hold.

use super::problems::Problems;
use super::substitutions::Variables;
use super::tree::{Position, Tree, ValueKind};
use anyhow::{Result, bail};

/// Packages within packages, at most.
const DEEPEST: usize = 16;
/// Keys of a device: a map that has one of them is a package itself, and no map of packages.
const OF_A_DEVICE: [&str; 6] = ["esphome", "esp8266", "wifi", "mqtt", "logger", "api"];

/// Where packages are that were not merged, because they lie elsewhere or are missing.
pub(super) type Absent = Vec<Position>;

/// The variables of all packages: what the device defines itself wins, then what a later package defines.
pub(super) fn variables(tree: &Tree) -> Variables {
    let mut all = super::substitutions::variables(tree.get("substitutions"));
    for package in listed(tree.get("packages")).into_iter().rev() {
        for (name, value) in variables(package) {
            all.entry(name).or_insert(value);
        }
    }
    all
}

/// Merges a device's packages into it: maps are merged, lists follow each other, what a later package defines wins over
/// an earlier one, and what the device defines itself wins over all.
pub(super) fn merge(tree: &mut Tree, problems: &Problems) -> Result<Absent> {
    let mut absent = Absent::new();
    merge_nested(tree, 0, problems, &mut absent)?;
    Ok(absent)
}

fn merge_nested(tree: &mut Tree, depth: usize, problems: &Problems, absent: &mut Absent) -> Result<()> {
    if depth > DEEPEST {
        bail!("{}: packages within packages, without an end", tree.position);
    }
    let ValueKind::Map(entries) = &mut tree.kind else { return Ok(()) };
    let Some(index) = entries.iter().position(|(key, _)| key == "packages") else { return Ok(()) };
    let (_, packages) = entries.remove(index);
    for package in listed(Some(&packages)).into_iter().rev() {
        let mut package = package.clone();
        match &package.kind {
            ValueKind::Map(entries) if entries.iter().all(|(key, _)| key != "url") => {}
            ValueKind::Include { .. } => {
                absent.push(package.position.clone());
                continue;
            }
            _ if package.is_null() => continue,
            _ => {
                let what = "this package lies elsewhere, and was not fetched: put its file beside this one, and write \
                            `!include` and the file's name here";
                problems.add(&package.position, what);
                absent.push(package.position.clone());
                continue;
            }
        }
        merge_nested(&mut package, depth + 1, problems, absent)?;
        merge_below(tree, package);
    }
    Ok(())
}

/// The packages below the key, in their order.
fn listed(packages: Option<&Tree>) -> Vec<&Tree> {
    let Some(packages) = packages else { return Vec::new() };
    match &packages.kind {
        ValueKind::Map(entries) if entries.iter().any(|(key, _)| OF_A_DEVICE.contains(&key.as_str())) => vec![packages],
        ValueKind::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
        ValueKind::List(items) => items.iter().collect(),
        ValueKind::Scalar { .. } | ValueKind::Include { .. } => vec![packages],
    }
}

/// Adds what `lower` has and `upper` has not.
pub(super) fn merge_below(upper: &mut Tree, lower: Tree) {
    if upper.is_null() {
        // `wifi:` with nothing behind it says nothing about what a package has there.
        *upper = lower;
        return;
    }
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
