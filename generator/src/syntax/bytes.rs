//! A fleet file as bytes: what can't be text is refused before anybody reads it as YAML.

use crate::diag::{Diagnostic, Diagnostics, codes};
use crate::text::{Source, Span};

/// More than a person writes, and than a machine should have to read.
const LARGEST: usize = 4 << 20;

impl Source {
    /// A file as it was read. Refuses what is too large, no UTF-8, or has control characters; the source beside the
    /// findings holds as much of the text as can be shown.
    pub fn from_bytes(path: &str, bytes: &[u8]) -> Result<Self, (Self, Diagnostics)> {
        let shown = |text: &str| Self::new(path, text);
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        let code = |bytes: &[u8]| Source::from_bytes("x.yaml", bytes).unwrap_err().1.0[0].code;
        assert_eq!(code(b"fleet: \xff"), codes::ENCODING);
        assert_eq!(code(b"fleet: a\0b"), codes::ENCODING);
        assert_eq!(code(&vec![b' '; LARGEST + 1]), codes::TOO_LARGE);
        assert!(Source::from_bytes("x.yaml", "\u{feff}fleet: a".as_bytes()).is_ok());
    }
}
