//! A fleet file as a tree in which every value and key keeps its place, and nothing is lost: texts as written, keys
//! that are there twice, secrets. Knows which parts of YAML the fleet language has, not what a key means.

use super::events::{self, DEEPEST, Properties, Scalar, TextRange, TreeBuilder};
use super::yaml;
use crate::diag::{Diagnostic, Findings, codes};
use crate::text::{Source, Span};

/// A value of the file.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) span: Span,
    pub(crate) kind: ValueKind,
}

impl Tree {
    /// Where it stands; a map that came together from several files stands in all of them.
    pub(crate) fn spans(&self) -> Vec<Span> {
        match &self.kind {
            ValueKind::Map(entries) => {
                entries.iter().map(|(key, value)| Span { start: key.span.start, end: value.span.end }).collect()
            }
            _ => vec![self.span],
        }
    }
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum ValueKind {
    /// A text, number or word; `plain`: written without quotes.
    Scalar {
        text: String,
        plain: bool,
    },
    /// `!secret name`
    Secret(String),
    List(Vec<Tree>),
    Map(Vec<(Key, Tree)>),
}

/// A key, as written.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) text: String,
    pub(crate) span: Span,
}

/// Reads one file of a source; `None`: there is a finding that leaves nothing to look at.
pub(crate) fn read(source: &Source, file: Span, findings: &mut Findings) -> Option<Tree> {
    let mut builder = FileBuilder { source, file };
    let text = source.text.get(file.start..file.end).unwrap_or_default();
    match events::build(text, &mut builder) {
        Ok(Some(root)) => Some(builder.visible(root)),
        Ok(None) => {
            let finding = Diagnostic::error(codes::YAML, one_character(source, file, file.start), "the file is empty");
            findings.push(finding.help("a fleet file starts with `fleet: name`; fleets/room.yaml is an example"));
            None
        }
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// Builds the tree of one file: refuses anchors, aliases, all tags but `!secret`, and a second document; keeps keys that
/// are there twice, for the reader to find. A value that is left out has an empty span until it is in its place.
struct FileBuilder<'s> {
    source: &'s Source,
    file: Span,
}

impl FileBuilder<'_> {
    fn span(&self, at: TextRange) -> Span {
        Span { start: self.file.start + at.start, end: self.file.start + at.end }
    }

    /// The span, or one character where it is empty.
    fn visible_span(&self, span: Span) -> Span {
        if span.start < span.end { span } else { one_character(self.source, self.file, span.start) }
    }

    fn visible(&self, tree: Tree) -> Tree {
        Tree { span: self.visible_span(tree.span), kind: tree.kind }
    }

    fn refusal(&self, at: TextRange, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(codes::YAML, self.visible_span(self.span(at)), message))
    }

    fn without_anchor(&self, properties: &Properties, at: TextRange) -> Result<(), Box<Diagnostic>> {
        match properties.anchor {
            None => Ok(()),
            Some(_) => Err(self.refusal(at, "the fleet language has no anchors (`&name`): write the value out")),
        }
    }

    /// A list or map; the parser counts the blank lines and comments behind it to it.
    fn collection(&self, kind: ValueKind, at: TextRange) -> Tree {
        let Span { start, end } = self.span(at);
        Tree { span: Span { start, end: trim(&self.source.text, start, end) }, kind }
    }
}

impl TreeBuilder for FileBuilder<'_> {
    type Value = Tree;
    type Key = Key;
    type Error = Box<Diagnostic>;

    fn not_yaml(&mut self, at: TextRange, reason: &str) -> Box<Diagnostic> {
        let here = one_character(self.source, self.file, self.span(at).start);
        Box::new(yaml::fault(self.source, self.file, here, reason))
    }

    fn too_deep(&mut self, at: TextRange) -> Box<Diagnostic> {
        let here = one_character(self.source, self.file, self.span(at).start);
        let message = format!("more than {DEEPEST} levels of lists and maps");
        Box::new(Diagnostic::error(codes::TOO_LARGE, here, message))
    }

    fn another_document(&mut self, at: TextRange) -> Result<(), Box<Diagnostic>> {
        Err(self.refusal(at, "a second document starts here; a fleet file has one"))
    }

    fn open(&mut self, properties: &Properties, at: TextRange) -> Result<(), Box<Diagnostic>> {
        self.without_anchor(properties, at)?;
        match properties.tag {
            None => Ok(()),
            Some(_) => Err(self.refusal(at, "only `!secret name` may be tagged")),
        }
    }

    fn scalar(&mut self, scalar: Scalar, properties: &Properties, at: TextRange) -> Result<Tree, Box<Diagnostic>> {
        self.without_anchor(properties, at)?;
        let kind = match &properties.tag {
            None => ValueKind::Scalar { text: scalar.text, plain: scalar.plain },
            Some(tag) if tag.local() == Some("secret") => ValueKind::Secret(scalar.text),
            Some(tag) => {
                let message = format!("`{}{}` is no tag of the fleet language", tag.handle, tag.suffix);
                return Err(Box::new(self.refusal(at, message).help("the only one is `!secret name`")));
            }
        };
        Ok(Tree { span: self.span(at), kind })
    }

    fn list(&mut self, items: Vec<Tree>, _: &Properties, at: TextRange) -> Result<Tree, Box<Diagnostic>> {
        let items = items.into_iter().map(|item| self.visible(item)).collect();
        Ok(self.collection(ValueKind::List(items), at))
    }

    fn map(&mut self, entries: Vec<(Key, Tree)>, _: &Properties, at: TextRange) -> Result<Tree, Box<Diagnostic>> {
        Ok(self.collection(ValueKind::Map(entries), at))
    }

    fn alias(&mut self, _: usize, at: TextRange) -> Result<Tree, Box<Diagnostic>> {
        Err(self.refusal(at, "the fleet language has no aliases (`*name`): write the value out"))
    }

    fn key(&mut self, value: Tree) -> Result<Key, Box<Diagnostic>> {
        let span = self.visible_span(value.span);
        match value.kind {
            ValueKind::Scalar { text, .. } => Ok(Key { text, span }),
            _ => {
                let message = "a key is a word, not a list, map or secret";
                Err(Box::new(Diagnostic::error(codes::YAML, span, message)))
            }
        }
    }

    fn entry(&mut self, entries: &mut Vec<(Key, Tree)>, key: Key, value: Tree) {
        // A value that is left out stands at its key.
        let span = if value.span.start < value.span.end { value.span } else { key.span };
        entries.push((key, Tree { span, kind: value.kind }));
    }
}

/// The end of a list or map without the blank lines and comments that the parser counts to it.
fn trim(text: &str, start: usize, end: usize) -> usize {
    let inside = text.get(start..end).unwrap_or_default();
    start + inside.trim_end().len().max(1).min(end.saturating_sub(start).max(1))
}

/// The character at a place of a file, or the last one before it.
fn one_character(source: &Source, file: Span, start: usize) -> Span {
    let text = source.text.get(file.start..file.end).unwrap_or_default();
    let at = text.floor_char_boundary(start.saturating_sub(file.start).min(text.len()));
    let start = file.start + at;
    match text[at..].chars().next() {
        Some(c) => Span { start, end: start + c.len_utf8() },
        None => {
            let before = text[..at].chars().next_back().map_or(0, char::len_utf8);
            Span { start: start - before, end: start }
        }
    }
}
