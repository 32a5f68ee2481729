//! YAML as a tree in which every value and key keeps its place, and nothing is lost: texts as written, keys that
//! stand twice, tags.
//!
//! Read from the events of granit-parser, the parser beneath serde-saphyr, rather than by serde: a deserializer stops at its first error, and a person
//! wants all of them at once.

use super::yaml;
use crate::diag::{Diagnostic, Findings, codes};
use crate::source::{Source, Span};
use granit_parser::{Event, Parser, ScalarStyle, Tag};
use std::borrow::Cow;

/// Maps in maps in lists, at most.
const DEEPEST: usize = 64;

/// A value of the file.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) span: Span,
    pub(crate) kind: Kind,
}

impl Tree {
    /// Where it stands; a map that came together from several files stands in all of them.
    pub(crate) fn places(&self) -> Vec<Span> {
        match &self.kind {
            Kind::Map(entries) => {
                entries.iter().map(|(key, value)| Span { start: key.span.start, end: value.span.end }).collect()
            }
            _ => vec![self.span],
        }
    }
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
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

/// A list or map that is not closed yet.
enum Open {
    List(Span, Vec<Tree>),
    Map(Span, Vec<(Key, Tree)>, Option<Key>),
}

/// Reads one file of a source; `None`: there is a finding that leaves nothing to look at.
pub(crate) fn read(source: &Source, file: Span, findings: &mut Findings) -> Option<Tree> {
    let text = source.text.get(file.start..file.end).unwrap_or_default();
    let bytes = byte_offsets(text);
    let byte = |index: usize| {
        file.start
            + bytes.as_ref().map_or(index, |bytes| bytes.get(index).copied().unwrap_or(text.len())).min(text.len())
    };
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let here = one_character(source, file, byte(error.marker().index()));
                findings.push(yaml::fault(source, file, here, &error.info()));
                return None;
            }
        };
        let span = Span { start: byte(place.start.index()), end: byte(place.end.index()) };
        let mut refuse = |message: &str| {
            let span = if span.start < span.end { span } else { one_character(source, file, span.start) };
            findings.push(Diagnostic::error(codes::YAML, span, message));
        };
        let value = match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    refuse("a second document starts here; a fleet file has one");
                    return None;
                }
                continue;
            }
            Event::Alias(_) => {
                refuse("the fleet language has no aliases (`*name`): write the value out");
                return None;
            }
            Event::Anchor(..)
            | Event::Scalar(_, _, 1.., _)
            | Event::SequenceStart(_, 1.., _)
            | Event::MappingStart(_, 1.., _) => {
                refuse("the fleet language has no anchors (`&name`): write the value out");
                return None;
            }
            Event::SequenceStart(_, _, Some(_)) | Event::MappingStart(_, _, Some(_)) => {
                refuse("only `!secret name` may be tagged");
                return None;
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(span, Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(span, Vec::new(), None));
                None
            }
            Event::Scalar(text, style, _, tag) => {
                Some((scalar(&text, style, tag.as_ref(), span, (source, file), findings)?, span))
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|closed| {
                let (start, kind) = match closed {
                    Open::List(start, items) => (start, Kind::List(items)),
                    Open::Map(start, entries, _) => (start, Kind::Map(entries)),
                };
                let end = span.end.max(start.end);
                (kind, Span { start: start.start, end: trim(&source.text, start.start, end) })
            }),
            _ => continue,
        };
        if open.len() > DEEPEST {
            findings.push(Diagnostic::error(
                codes::TOO_LARGE,
                one_character(source, file, span.start),
                format!("more than {DEEPEST} levels of lists and maps"),
            ));
            return None;
        }
        let Some((kind, span)) = value else { continue };
        // What is left out has no place of its own: a value stands at its key, anything else where it could be.
        let shown = if span.start < span.end { span } else { one_character(source, file, span.start) };
        match open.last_mut() {
            None => root = Some(Tree { span: shown, kind }),
            Some(Open::List(_, items)) => items.push(Tree { span: shown, kind }),
            Some(Open::Map(_, _, key @ None)) => match kind {
                Kind::Scalar { text, .. } => *key = Some(Key { text, span: shown }),
                _ => {
                    findings.push(Diagnostic::error(codes::YAML, shown, "a key is a word, not a list, map or secret"));
                    return None;
                }
            },
            Some(Open::Map(_, entries, key)) => {
                if let Some(key) = key.take() {
                    let span = if span.start < span.end { span } else { key.span };
                    entries.push((key, Tree { span, kind }));
                }
            }
        }
    }
    if root.is_none() {
        let finding = Diagnostic::error(codes::YAML, one_character(source, file, file.start), "the file is empty");
        findings.push(finding.help("a fleet file starts with `fleet: name`; fleets/room.yaml is an example"));
    }
    root
}

fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Cow<'_, Tag>>,
    span: Span,
    (source, file): (&Source, Span),
    findings: &mut Findings,
) -> Option<Kind> {
    match tag {
        None => Some(Kind::Scalar { text: text.to_owned(), plain: style == ScalarStyle::Plain }),
        Some(tag) if tag.handle() == "!" && tag.suffix() == "secret" => Some(Kind::Secret(text.to_owned())),
        Some(tag) => {
            let span = if span.start < span.end { span } else { one_character(source, file, span.start) };
            let message = format!("`{}{}` is no tag of the fleet language", tag.handle(), tag.suffix());
            findings.push(Diagnostic::error(codes::YAML, span, message).help("the only one is `!secret name`"));
            None
        }
    }
}

/// Where each character starts; `None`: all characters are bytes.
fn byte_offsets(text: &str) -> Option<Vec<usize>> {
    (!text.is_ascii()).then(|| text.char_indices().map(|(byte, _)| byte).collect())
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
