//! The text of a fleet file, and positions in it.

use crate::diag::{Diagnostic, Diagnostics, codes};

/// More than a person writes, and than a machine should have to read.
const LARGEST: usize = 4 << 20;

/// A fleet file in memory.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as messages show it, from the project's folder: `fleets/room.yaml`.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A stretch of a source's text, in bytes: `start..end`. Never empty unless the text ends there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Source {
    /// A file as it was read. Refuses what is too large, no UTF-8, or has control characters; the source beside the
    /// findings holds as much of the text as can be shown.
    pub fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self, (Self, Diagnostics)> {
        let shown = |text: &str| Self { path: path.to_owned(), text: text.to_owned() };
        let refuse = |source: Self, finding| Err((source, Diagnostics(vec![finding])));
        if bytes.len() > LARGEST {
            let message = format!("the file has {} bytes; a fleet file has at most {LARGEST}", bytes.len());
            let finding =
                Diagnostic::error(codes::TOO_LARGE, Span::default(), message).help("split it into several fleets");
            return refuse(shown(""), finding);
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
                let span = Span { start: good.len(), end: good.len() + 3 };
                let finding = Diagnostic::error(codes::ENCODING, span, "the file is not UTF-8 from here on")
                    .help("save it as UTF-8 in your editor");
                return refuse(shown(&format!("{good}\u{fffd}")), finding);
            }
        };
        let odd = |&(index, c): &(usize, char)| {
            (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || (c == '\u{feff}' && index > 0)
        };
        if let Some((start, c)) = text.char_indices().find(odd) {
            let span = Span { start, end: start + c.len_utf8() };
            let message = format!("a control character (U+{:04X}) stands here", u32::from(c));
            let finding = Diagnostic::error(codes::ENCODING, span, message).help("delete it");
            return refuse(shown(text), finding);
        }
        Ok(shown(text.strip_prefix('\u{feff}').unwrap_or(text)))
    }

    /// Line and column of a byte, both from 1; columns count characters.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (1 + before.matches('\n').count(), 1 + before[line_start..].chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source { path: "x.yaml".into(), text: "a\nβγ: δ\n".into() };
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column("a\nβγ: ".len()), (2, 5));
    }

    #[test]
    fn refusals() {
        let code = |bytes: &[u8]| Source::from_bytes("x.yaml", bytes).unwrap_err().1.0[0].code;
        assert_eq!(code(b"fleet: \xff"), codes::ENCODING);
        assert_eq!(code(b"fleet: a\0b"), codes::ENCODING);
        assert_eq!(code(&vec![b' '; LARGEST + 1]), codes::TOO_LARGE);
        assert!(Source::from_bytes("x.yaml", "\u{feff}fleet: a".as_bytes()).is_ok());
    }
}
