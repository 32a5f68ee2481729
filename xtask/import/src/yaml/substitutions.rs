//! Variables in texts: `substitutions:` of a device and `vars:` of an `!include`. Knows no other keys.

use super::tree::{Tree, ValueKind};
use std::collections::BTreeMap;

/// Passes over one text, at most: a variable can name a variable.
const MOST_PASSES: usize = 16;
/// Bytes of a text with all its variables replaced, at most.
const LONGEST: usize = 64 << 10;

/// The variables of a map; what is no plain text is empty.
pub(super) fn variables(map: Option<&Tree>) -> BTreeMap<String, String> {
    let entries = map.map(Tree::entries).unwrap_or_default();
    entries.iter().map(|(name, value)| (name.clone(), value.text().unwrap_or_default().to_owned())).collect()
}

/// Replaces `${name}` and `$name` in all keys and texts, also where the value of a variable names others. Variables that
/// are not known stay as they are.
pub(super) fn replace(tree: &mut Tree, variables: &BTreeMap<String, String>) {
    match &mut tree.kind {
        ValueKind::Scalar { text, .. } => {
            for _ in 0..MOST_PASSES {
                let next = replaced(text, variables);
                // A text that grows without an end names itself.
                if next == *text || next.len() > LONGEST {
                    break;
                }
                *text = next;
            }
        }
        ValueKind::List(items) => items.iter_mut().for_each(|item| replace(item, variables)),
        ValueKind::Map(entries) => {
            for (key, value) in entries {
                *key = replaced(key, variables);
                replace(value, variables);
            }
        }
    }
}

/// A text after one pass.
fn replaced(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        out += &rest[..start];
        let after = &rest[start + 1..];
        let braces = after.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, left) = match braces {
            Some((name, left)) => (name.trim(), left),
            None => (&after[..end], &after[end..]),
        };
        match variables.get(name) {
            Some(value) => out += value,
            None => out += &rest[start..rest.len() - left.len()],
        }
        rest = left;
    }
    out + rest
}
