//! The one walk over the events of a YAML text that builds a tree. It holds the parser, the lists and maps that are
//! still open, the conversion of positions to bytes and the limit of nesting.
//!
//! It must not know a language: what a tag, an anchor, an alias or a second document means, and what becomes of a key
//! that is there twice, a [`TreeBuilder`] decides. The fleet language has one builder, the importer of ESPHome's files
//! another.
//!
//! The events are those of granit-parser, the parser beneath serde-saphyr. A deserializer stops at its first error, and
//! a person wants all of them at once.

use granit_parser::{Event, Marker, Parser, ScalarStyle, Tag as ParsedTag};
use std::borrow::Cow;

/// Lists and maps within each other, at most.
pub const DEEPEST: usize = 64;

/// Where an event is in the text that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRange {
    /// The first byte.
    pub start: usize,
    /// The byte after the last; equal to `start` for a value that is left out.
    pub end: usize,
    /// The line of the first byte, from 1.
    pub line: usize,
}

/// A tag: `!secret` has the handle `!` and the suffix `secret`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// What begins it: `!` for a tag of the file's own language.
    pub handle: String,
    /// The name of the tag behind its handle.
    pub suffix: String,
}

impl Tag {
    /// The name of a tag of the file's own language; `None` for a tag of YAML itself or of a namespace.
    pub fn local(&self) -> Option<&str> {
        (self.handle == "!").then_some(self.suffix.as_str())
    }
}

/// What is written in front of a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// The number of its anchor, `&name`; aliases name the same number.
    pub anchor: Option<usize>,
    /// The tag of the value; `None`: it has none.
    pub tag: Option<Tag>,
}

/// A text, number or truth value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// Its text, without quotes.
    pub text: String,
    /// Whether it is written without quotes.
    pub plain: bool,
}

/// Makes values of what the walk meets. The first error ends the walk.
pub trait TreeBuilder {
    /// What is made of a scalar, a list or a map.
    type Value;
    /// A key of a map.
    type Key;
    /// Why a text is refused.
    type Error;

    /// The error for a text that is no YAML; `reason` is the parser's.
    fn not_yaml(&mut self, at: TextRange, reason: &str) -> Self::Error;
    /// The error for a list or map that is deeper than [`DEEPEST`].
    fn too_deep(&mut self, at: TextRange) -> Self::Error;
    /// A second document, or a later one, starts.
    fn another_document(&mut self, at: TextRange) -> Result<(), Self::Error>;
    /// A list or map starts.
    fn open(&mut self, properties: &Properties, at: TextRange) -> Result<(), Self::Error>;
    /// Makes the value of a scalar.
    fn scalar(&mut self, scalar: Scalar, properties: &Properties, at: TextRange) -> Result<Self::Value, Self::Error>;
    /// A list that has ended.
    fn list(
        &mut self,
        items: Vec<Self::Value>,
        properties: &Properties,
        at: TextRange,
    ) -> Result<Self::Value, Self::Error>;
    /// A map that has ended.
    fn map(
        &mut self,
        entries: Vec<(Self::Key, Self::Value)>,
        properties: &Properties,
        at: TextRange,
    ) -> Result<Self::Value, Self::Error>;
    /// `*name`, by the number of its anchor.
    fn alias(&mut self, anchor: usize, at: TextRange) -> Result<Self::Value, Self::Error>;
    /// A value that is the key of an entry.
    fn key(&mut self, value: Self::Value) -> Result<Self::Key, Self::Error>;
    /// Adds an entry to those of its map, which may have the same key already.
    fn entry(&mut self, entries: &mut Vec<(Self::Key, Self::Value)>, key: Self::Key, value: Self::Value);
}

/// Builds the tree of a text; `None`: the text holds no value. Of several documents it is the first one's.
pub fn build<B: TreeBuilder>(text: &str, builder: &mut B) -> Result<Option<B::Value>, B::Error> {
    let offsets = Offsets::of(text);
    let mut walk = Walk { builder, open: Vec::new(), root: None };
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = offsets.range(error.marker(), error.marker());
                return Err(walk.builder.not_yaml(at, &error.info()));
            }
        };
        let at = offsets.range(&span.start, &span.end);
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    walk.builder.another_document(at)?;
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = Scalar { text: text.into_owned(), plain: style == ScalarStyle::Plain };
                let value = walk.builder.scalar(scalar, &properties(anchor, tag), at)?;
                walk.put(value)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                walk.open(Children::Items(Vec::new()), properties(anchor, tag), at)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                walk.open(Children::Entries(Vec::new(), None), properties(anchor, tag), at)?;
            }
            Event::SequenceEnd | Event::MappingEnd => walk.close(at)?,
            Event::Alias(anchor) => {
                let value = walk.builder.alias(anchor, at)?;
                walk.put(value)?;
            }
            _ => {}
        }
    }
    Ok(walk.root)
}

/// The state of a walk.
struct Walk<'b, B: TreeBuilder> {
    builder: &'b mut B,
    /// The lists and maps that have not ended, the innermost last.
    open: Vec<Open<B>>,
    root: Option<B::Value>,
}

/// A list or map that has not ended.
struct Open<B: TreeBuilder> {
    children: Children<B>,
    properties: Properties,
    at: TextRange,
}

/// What a list or map holds so far.
enum Children<B: TreeBuilder> {
    Items(Vec<B::Value>),
    /// The entries, and the key whose value comes next.
    Entries(Vec<(B::Key, B::Value)>, Option<B::Key>),
}

impl<B: TreeBuilder> Walk<'_, B> {
    fn open(&mut self, children: Children<B>, properties: Properties, at: TextRange) -> Result<(), B::Error> {
        self.builder.open(&properties, at)?;
        self.open.push(Open { children, properties, at });
        if self.open.len() > DEEPEST {
            return Err(self.builder.too_deep(at));
        }
        Ok(())
    }

    fn close(&mut self, end: TextRange) -> Result<(), B::Error> {
        let Some(Open { children, properties, at }) = self.open.pop() else { return Ok(()) };
        let at = TextRange { end: end.end.max(at.end), ..at };
        let value = match children {
            Children::Items(items) => self.builder.list(items, &properties, at)?,
            Children::Entries(entries, _) => self.builder.map(entries, &properties, at)?,
        };
        self.put(value)
    }

    /// Puts a value where it belongs: into the innermost list or map, or at the root.
    fn put(&mut self, value: B::Value) -> Result<(), B::Error> {
        match self.open.last_mut().map(|open| &mut open.children) {
            None => {
                self.root.get_or_insert(value);
            }
            Some(Children::Items(items)) => items.push(value),
            Some(Children::Entries(entries, key)) => match key.take() {
                None => *key = Some(self.builder.key(value)?),
                Some(key) => self.builder.entry(entries, key, value),
            },
        }
        Ok(())
    }
}

fn properties(anchor: usize, tag: Option<Cow<'_, ParsedTag>>) -> Properties {
    let tag = tag.map(|tag| Tag { handle: tag.handle().to_owned(), suffix: tag.suffix().to_owned() });
    // The parser numbers anchors from 1.
    Properties { anchor: (anchor > 0).then_some(anchor), tag }
}

/// Where each character of a text starts, in bytes.
struct Offsets {
    /// `None`: each character is one byte.
    bytes: Option<Vec<usize>>,
    length: usize,
}

impl Offsets {
    fn of(text: &str) -> Self {
        let bytes = (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect());
        Self { bytes, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let byte = match &self.bytes {
            None => character,
            Some(bytes) => bytes.get(character).copied().unwrap_or(self.length),
        };
        byte.min(self.length)
    }

    fn range(&self, start: &Marker, end: &Marker) -> TextRange {
        TextRange { start: self.byte(start.index()), end: self.byte(end.index()), line: start.line() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes values as `text@start..end/line`, with anchors as `&1` and aliases as `*1`.
    struct Written;

    fn written(text: impl std::fmt::Display, properties: &Properties, at: TextRange) -> String {
        let anchor = properties.anchor.map(|anchor| format!("&{anchor} ")).unwrap_or_default();
        let tag = properties.tag.as_ref().and_then(Tag::local).map(|tag| format!("!{tag} ")).unwrap_or_default();
        format!("{anchor}{tag}{text}@{}..{}/{}", at.start, at.end, at.line)
    }

    impl TreeBuilder for Written {
        type Value = String;
        type Key = String;
        type Error = String;

        fn not_yaml(&mut self, at: TextRange, _: &str) -> String {
            format!("not YAML in line {}", at.line)
        }
        fn too_deep(&mut self, at: TextRange) -> String {
            format!("too deep at {}", at.start)
        }
        fn another_document(&mut self, _: TextRange) -> Result<(), String> {
            Ok(())
        }
        fn open(&mut self, _: &Properties, _: TextRange) -> Result<(), String> {
            Ok(())
        }
        fn scalar(&mut self, scalar: Scalar, properties: &Properties, at: TextRange) -> Result<String, String> {
            Ok(written(scalar.text, properties, at))
        }
        fn list(&mut self, items: Vec<String>, properties: &Properties, at: TextRange) -> Result<String, String> {
            Ok(written(format_args!("[{}]", items.join(", ")), properties, at))
        }
        fn map(
            &mut self,
            entries: Vec<(String, String)>,
            properties: &Properties,
            at: TextRange,
        ) -> Result<String, String> {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            Ok(written(format_args!("{{{}}}", entries.join(", ")), properties, at))
        }
        fn alias(&mut self, anchor: usize, _: TextRange) -> Result<String, String> {
            Ok(format!("*{anchor}"))
        }
        fn key(&mut self, value: String) -> Result<String, String> {
            Ok(value)
        }
        fn entry(&mut self, entries: &mut Vec<(String, String)>, key: String, value: String) {
            entries.push((key, value));
        }
    }

    #[test]
    fn values_keep_their_bytes_lines_tags_and_anchors() {
        let tree = build("{ ä: &n !t b, c: [*n] }", &mut Written);
        assert_eq!(tree, Ok(Some("{ä@2..4/1: &1 !t b@12..13/1, c@15..16/1: [*1]@18..22/1}@0..24/1".to_owned())));
        assert_eq!(build("a\n---\nb\n", &mut Written), Ok(Some("a@0..1/1".to_owned())), "the first document");
        assert_eq!(build("# nothing\n", &mut Written), Ok(None));
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth: usize| build(&format!("{}{}", "[".repeat(depth), "]".repeat(depth)), &mut Written);
        assert!(nested(DEEPEST).is_ok());
        assert_eq!(nested(DEEPEST + 1), Err(format!("too deep at {DEEPEST}")));
        assert_eq!(build("a:\n  [b", &mut Written), Err("not YAML in line 2".to_owned()));
    }
}
