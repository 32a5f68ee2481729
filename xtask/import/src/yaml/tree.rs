//! A value of a file and what can be asked of it. Knows no file format beyond YAML.

use std::rc::Rc;

/// A YAML value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) position: Position,
    pub(crate) kind: ValueKind,
}

/// A file and a line, from 1.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    pub(crate) file: Rc<str>,
    pub(crate) line: usize,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum ValueKind {
    /// A text, number or truth value; the tag without its `!`.
    Scalar {
        text: String,
        tag: Option<String>,
    },
    List(Vec<Tree>),
    /// Of equal keys, which a merge key can bring, the first one counts.
    Map(Vec<(String, Tree)>),
}

impl std::fmt::Display for Position {
    /// `lamp.yaml:12`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Tree {
    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.entries().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// The entries of a map; none of any other value.
    pub(crate) fn entries(&self) -> &[(String, Tree)] {
        if let ValueKind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list. An empty text has none, any other value counts as a list of itself.
    pub(crate) fn items(&self) -> &[Tree] {
        match &self.kind {
            ValueKind::List(items) => items,
            ValueKind::Scalar { text, .. } if text.is_empty() => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text of a scalar without a tag.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            ValueKind::Scalar { text, tag: None } => Some(text.trim()),
            _ => None,
        }
    }

    /// The text of a key's value.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key)?.text()
    }

    /// Whether a key's value is true, in one of YAML's spellings.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.text_of(key).is_some_and(|text| matches!(text.to_lowercase().as_str(), "true" | "yes" | "on"))
    }

    /// How many values it consists of, itself included.
    pub(crate) fn count(&self) -> usize {
        1 + match &self.kind {
            ValueKind::List(items) => items.iter().map(Tree::count).sum(),
            ValueKind::Map(entries) => entries.iter().map(|(_, value)| value.count()).sum(),
            ValueKind::Scalar { .. } => 0,
        }
    }
}
