//! A value of a file and what can be asked of it. Knows no file format beyond YAML.
//!
//! A value remembers whether somebody made use of it: who asks for the text of a scalar has read it. What nobody read at
//! the end was lost, and gets a note.

use std::cell::Cell;
use std::rc::Rc;

/// A YAML value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// Where its key stands if it has one in the same file, else where it begins itself.
    pub(crate) position: Position,
    pub(crate) kind: ValueKind,
    fate: Cell<Fate>,
}

/// A file and a line, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) file: Rc<str>,
    pub(crate) line: usize,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nobody asked for it.
    #[default]
    Unread,
    /// It was asked for, and is none of the values that its key can have.
    Refused,
    /// It is in what was made of the file.
    Read,
    /// A note tells about it, and about all that is in it.
    Noted,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum ValueKind {
    /// A text, number or truth value; the tag without its `!`. Null is an empty text.
    Scalar {
        text: String,
        tag: Option<String>,
    },
    List(Vec<Tree>),
    /// No key is there twice.
    Map(Vec<(String, Tree)>),
    /// `!include`: a file that is not there, or whose name has variables.
    Include {
        file: String,
        variables: Vec<(String, Tree)>,
    },
}

impl std::fmt::Display for Position {
    /// `lamp.yaml:12`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Tree {
    pub(crate) fn new(position: Position, kind: ValueKind) -> Self {
        Self { position, kind, fate: Cell::default() }
    }

    /// What became of it.
    pub(crate) fn fate(&self) -> Fate {
        self.fate.get()
    }

    /// Says what became of it. A note stays: nothing is read that was noted before.
    pub(crate) fn mark(&self, fate: Fate) {
        if self.fate.get() != Fate::Noted {
            self.fate.set(fate);
        }
    }

    /// Takes back what was said of it and of all that is in it.
    pub(crate) fn forget(&self) {
        self.fate.set(Fate::Unread);
        match &self.kind {
            ValueKind::List(items) => items.iter().for_each(Tree::forget),
            ValueKind::Map(entries) => entries.iter().for_each(|(_, value)| value.forget()),
            ValueKind::Scalar { .. } | ValueKind::Include { .. } => {}
        }
    }

    /// The value of a key, without having read anything.
    pub(crate) fn peek_of(&self, key: &str) -> Option<&Tree> {
        let ValueKind::Map(entries) = &self.kind else { return None };
        entries.iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The entries of a map, which is read by that; none of any other value.
    pub(crate) fn entries(&self) -> &[(String, Tree)] {
        let ValueKind::Map(entries) = &self.kind else { return &[] };
        self.mark(Fate::Read);
        entries
    }

    /// The items of a list, which is read by that. An empty text has none, any other value counts as a list of itself.
    pub(crate) fn items(&self) -> &[Tree] {
        match &self.kind {
            ValueKind::List(items) => {
                self.mark(Fate::Read);
                items
            }
            ValueKind::Scalar { text, tag: None } if text.is_empty() => {
                self.mark(Fate::Read);
                &[]
            }
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar without a tag, without having read it.
    pub(crate) fn peek(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Scalar { text, tag: None } => Some(text.trim()),
            _ => None,
        }
    }

    /// The text of a scalar without a tag, which is read by that.
    pub(crate) fn text(&self) -> Option<&str> {
        self.parsed(Some)
    }

    /// The text of a key's value.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// What a reader makes of the text; the value is read if it makes something of it, and refused if not.
    pub(crate) fn parsed<'t, T>(&'t self, reader: impl FnOnce(&'t str) -> Option<T>) -> Option<T> {
        let value = self.peek().and_then(reader);
        self.mark(if value.is_some() { Fate::Read } else { Fate::Refused });
        value
    }

    /// What a reader makes of the text of a key's value.
    pub(crate) fn parsed_of<'t, T>(&'t self, key: &str, reader: impl FnOnce(&'t str) -> Option<T>) -> Option<T> {
        self.get(key)?.parsed(reader)
    }

    /// Whether a key's value is true, in one of the spellings that ESPHome takes.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.parsed_of(key, truth) == Some(true)
    }

    /// The name of a secret, `!secret name`.
    pub(crate) fn secret(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Scalar { text, tag: Some(tag) } if tag == "secret" => {
                self.mark(Fate::Read);
                Some(text.trim())
            }
            _ => None,
        }
    }

    /// Whether it is null: `topic:` with nothing behind it.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.kind, ValueKind::Scalar { text, tag: None } if text.is_empty())
    }

    /// How many values it consists of, itself included.
    pub(crate) fn count(&self) -> usize {
        1 + match &self.kind {
            ValueKind::List(items) => items.iter().map(Tree::count).sum(),
            ValueKind::Map(entries) | ValueKind::Include { variables: entries, .. } => {
                entries.iter().map(|(_, value)| value.count()).sum()
            }
            ValueKind::Scalar { .. } => 0,
        }
    }
}

/// A truth value: those of YAML 1.1, and ESPHome's own `enable` and `disable`.
pub(crate) fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "enable" => Some(true),
        "false" | "no" | "off" | "disable" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_has_many_spellings() {
        for yes in ["true", "True", "TRUE", "yes", "Yes", "on", "ON", "enable"] {
            assert_eq!(truth(yes), Some(true), "{yes}");
        }
        for no in ["false", "False", "no", "NO", "off", "Off", "disable"] {
            assert_eq!(truth(no), Some(false), "{no}");
        }
        assert_eq!(truth("y"), None, "ESPHome takes no single letter");
    }
}
