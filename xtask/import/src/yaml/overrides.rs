//! `!extend` and `!remove`: what a device changes of its packages. Runs when packages are merged and variables replaced.

use super::packages::merge_below;
use super::problems::Problems;
use super::tree::{Tree, ValueKind};

/// Carries out what is asked for in a tree and all that is in it.
pub(super) fn apply(tree: &mut Tree, problems: &Problems) {
    match &mut tree.kind {
        ValueKind::Map(entries) => {
            entries.retain(|(_, value)| tag_of(value) != Some("remove"));
            entries.iter_mut().for_each(|(_, value)| apply(value, problems));
        }
        ValueKind::List(items) => {
            apply_to_list(items, problems);
            items.iter_mut().for_each(|item| apply(item, problems));
        }
        ValueKind::Scalar { .. } | ValueKind::Include { .. } => {}
    }
}

/// An item whose `id` is `!extend x` or `!remove x` is about the item whose `id` is x.
fn apply_to_list(items: &mut Vec<Tree>, problems: &Problems) {
    let (orders, mut kept): (Vec<Tree>, Vec<Tree>) =
        std::mem::take(items).into_iter().partition(|item| order(item).is_some());
    for mut item in orders {
        let Some((word, id)) = order(&item) else { continue };
        let Some(index) = kept.iter().position(|known| id_of(known) == Some(id.as_str())) else {
            problems.add(&item.position, format!("`!{word} {id}`: nothing here has the id `{id}`"));
            continue;
        };
        if word == "remove" {
            kept.remove(index);
        } else if let ValueKind::Map(entries) = &mut item.kind {
            entries.retain(|(key, _)| key != "id");
            let lower = std::mem::replace(&mut kept[index], item);
            merge_below(&mut kept[index], lower);
        }
    }
    *items = kept;
}

/// `extend` or `remove`, and the id that it is about.
fn order(item: &Tree) -> Option<(String, String)> {
    let ValueKind::Map(entries) = &item.kind else { return None };
    let (_, id) = entries.iter().find(|(key, _)| key == "id")?;
    let word = tag_of(id).filter(|word| matches!(*word, "extend" | "remove"))?;
    let ValueKind::Scalar { text, .. } = &id.kind else { return None };
    Some((word.to_owned(), text.trim().to_owned()))
}

fn id_of(item: &Tree) -> Option<&str> {
    let ValueKind::Map(entries) = &item.kind else { return None };
    entries.iter().find(|(key, _)| key == "id").and_then(|(_, id)| id.peek())
}

fn tag_of(tree: &Tree) -> Option<&str> {
    match &tree.kind {
        ValueKind::Scalar { tag, .. } => tag.as_deref(),
        _ => None,
    }
}
