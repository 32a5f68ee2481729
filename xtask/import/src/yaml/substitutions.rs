//! Variables in texts: `substitutions:` of a device and `vars:` of an `!include`. Knows no other keys.

use super::problems::Problems;
use super::tree::{Position, Tree, ValueKind};
use std::collections::BTreeMap;

/// Passes over one text, at most: a variable can name a variable.
const MOST_PASSES: usize = 16;
/// Bytes of a text with all its variables replaced, at most.
const LONGEST: usize = 64 << 10;

/// The variables, by their names.
pub(super) type Variables = BTreeMap<String, Tree>;

/// The variables of a map. Their names may be written with a `$`.
pub(super) fn variables(map: Option<&Tree>) -> Variables {
    let entries = map.map(Tree::entries).unwrap_or_default();
    entries.iter().map(|(name, value)| (name.trim_start_matches('$').to_owned(), value.clone())).collect()
}

/// Replaces `${name}` and `$name` in all keys and texts, also where the value of a variable names others. A text that is
/// nothing but a variable takes its value, whatever it is. Unknown variables stay, and go to `problems` if there are some.
pub(super) fn replace(tree: &mut Tree, variables: &Variables, problems: Option<&Problems>) {
    Replacement { variables, problems }.replace(tree, "");
}

/// A text with the variables that are known, and are texts.
pub(super) fn replaced_text(text: &str, variables: &Variables) -> String {
    let mut current = text.to_owned();
    for _ in 0..MOST_PASSES {
        let next = pass(&current, variables, &mut |_| {});
        if next == current {
            return current;
        }
        if next.len() > LONGEST {
            break;
        }
        current = next;
    }
    // A variable that names itself: no pass is the last.
    text.to_owned()
}

struct Replacement<'r> {
    variables: &'r Variables,
    problems: Option<&'r Problems>,
}

impl Replacement<'_> {
    /// `key` is that of the value.
    fn replace(&self, tree: &mut Tree, key: &str) {
        match &mut tree.kind {
            ValueKind::Scalar { text, tag } => {
                if !text.contains('$') || tag.as_deref() == Some("lambda") {
                    return;
                }
                *text = replaced_text(text, self.variables);
                if let (Some(value), None) = (whole(text).and_then(|name| self.variables.get(name)), &tag) {
                    // Secrets, lists and maps; texts were replaced above.
                    tree.kind = value.kind.clone();
                    return;
                }
                self.report(text, &tree.position, key);
            }
            ValueKind::Include { file, variables } => {
                *file = replaced_text(file, self.variables);
                self.report(file, &tree.position, key);
                variables.iter_mut().for_each(|(key, value)| self.replace(value, key));
            }
            ValueKind::List(items) => items.iter_mut().for_each(|item| self.replace(item, key)),
            ValueKind::Map(entries) => {
                for (key, value) in entries {
                    *key = replaced_text(key, self.variables);
                    self.replace(value, key);
                }
            }
        }
    }

    /// Notes variables that are still in a text. Passwords may have a `$`.
    fn report(&self, text: &str, at: &Position, key: &str) {
        let Some(problems) = self.problems.filter(|_| !key.contains("password")) else { return };
        pass(text, self.variables, &mut |left| {
            problems.add(
                at,
                match left {
                    Left::Unknown(name) => {
                        format!("there is no variable `{name}`: `{key}` keeps the text as it stands there")
                    }
                    Left::Known(name) => {
                        format!("the variable `{name}` names itself: `{key}` keeps the text as it stands there")
                    }
                    Left::NoText(name) => {
                        format!("the variable `{name}` is a secret or no text, and stands inside a text: write `{key}` by hand")
                    }
                    Left::Expression => {
                        format!("an expression is not worked out: write the value of `{key}` by hand")
                    }
                },
            );
        });
    }
}

/// Why a variable stays in a text.
enum Left<'t> {
    Known(&'t str),
    Unknown(&'t str),
    NoText(&'t str),
    Expression,
}

/// The variable that a text is nothing but.
fn whole(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix('$')?;
    let name = name.strip_prefix('{').map_or(Some(name), |inside| inside.strip_suffix('}'))?.trim();
    is_name(name).then_some(name)
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A text after one pass; `left` hears of what stays.
fn pass<'t>(text: &'t str, variables: &Variables, left: &mut dyn FnMut(Left<'t>)) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('$') {
        out += &rest[..start];
        let after = &rest[start + 1..];
        let braces = after.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, behind) = match braces {
            Some((name, behind)) => (name.trim(), behind),
            None => (&after[..end], &after[end..]),
        };
        let written = &rest[start..rest.len() - behind.len()];
        match variables.get(name).map(Tree::peek) {
            Some(Some(value)) => {
                left(Left::Known(name));
                out += value;
            }
            Some(None) => {
                left(Left::NoText(name));
                out += written;
            }
            None => {
                if is_name(name) {
                    left(Left::Unknown(name));
                } else if braces.is_some() {
                    left(Left::Expression);
                }
                out += written;
            }
        }
        rest = behind;
    }
    out + rest
}
