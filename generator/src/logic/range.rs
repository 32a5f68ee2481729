//! Where a part of a text stands in the file, when quotes, escapes and folded lines lie between the two.

use std::ops::Range;

/// The bytes of `written`, as it stands in the file, that spell this part of `value`; `None`: they can't be told.
pub(super) fn in_file(written: &str, value: &str, part: Range<usize>) -> Option<Range<usize>> {
    if let Some(shift) = written.find(value) {
        return Some(part.start + shift..part.end + shift);
    }
    let mut reader = Cursor { written, at: 0, quote: None };
    reader.open();
    let (mut start, mut end) = (None, None);
    for (byte, c) in value.char_indices() {
        let from = reader.at;
        reader.read(c)?;
        // Blanks that YAML drops do not belong to what follows them.
        let from = from + written[from..reader.at].len() - written[from..reader.at].trim_start().len();
        if byte == part.start {
            start = Some(from);
        }
        if byte + c.len_utf8() == part.end {
            end = Some(reader.at);
        }
    }
    Some(start?..end?).filter(|range| range.start < range.end)
}

struct Cursor<'a> {
    written: &'a str,
    at: usize,
    quote: Option<char>,
}

impl Cursor<'_> {
    fn next(&self) -> Option<char> {
        self.written[self.at..].chars().next()
    }

    fn step(&mut self) -> Option<char> {
        let c = self.next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Goes past the quote, or past `>-` and its line end.
    fn open(&mut self) {
        match self.next() {
            Some(quote @ ('"' | '\'')) => {
                self.quote = Some(quote);
                self.step();
            }
            Some('>' | '|') => {
                self.at = self.written.find('\n').unwrap_or(self.written.len());
                self.blanks();
            }
            _ => {}
        }
    }

    fn blanks(&mut self) -> bool {
        let before = self.at;
        while self.next().is_some_and(char::is_whitespace) {
            self.step();
        }
        self.at > before
    }

    /// Reads what spells one character of the value.
    fn read(&mut self, wanted: char) -> Option<()> {
        let c = self.next()?;
        match (self.quote, c) {
            (Some('\''), '\'') => {
                self.step();
                (self.step()? == wanted).then_some(())
            }
            (Some('"'), '\\') => self.escape(wanted),
            // A line end and the blanks around it are one blank, or the line end itself.
            _ if wanted.is_whitespace() && c.is_whitespace() => {
                let line_ends = |text: &str| text.contains('\n');
                let rest = &self.written[self.at..];
                let blanks = rest.len() - rest.trim_start().len();
                if line_ends(&rest[..blanks]) { self.blanks().then_some(()) } else { self.step().map(|_| ()) }
            }
            _ if c == wanted => self.step().map(|_| ()),
            // The indentation of a block's next line.
            _ if c.is_whitespace() => {
                self.blanks();
                (self.step()? == wanted).then_some(())
            }
            _ => None,
        }
    }

    fn escape(&mut self, wanted: char) -> Option<()> {
        self.step();
        let digits = match self.step()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c => return (c == wanted || (c == 'n' && wanted == '\n') || (c == 't' && wanted == '\t')).then_some(()),
        };
        let code = u32::from_str_radix(self.written.get(self.at..self.at + digits)?, 16).ok()?;
        self.at += digits;
        (char::from_u32(code)? == wanted).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_through_quotes_escapes_and_folds() {
        let found = |written: &'static str, value: &str, part: &str| {
            let start = value.find(part).expect("a part");
            in_file(written, value, start..start + part.len()).map(|range| &written[range])
        };
        assert_eq!(found("a < 3", "a < 3", "3"), Some("3"));
        assert_eq!(found("'a == ''b'' && c'", "a == 'b' && c", "c"), Some("c"));
        assert_eq!(found(r#""a == \"on\" && c""#, r#"a == "on" && c"#, r#""on""#), Some(r#"\"on\""#));
        assert_eq!(found(r#""\u0061 < 3""#, "a < 3", "a"), Some(r"\u0061"));
        assert_eq!(found(">-\n    a < 3 &&\n    b > 4", "a < 3 && b > 4", "b"), Some("b"));
        assert_eq!(found("|\n    a < 3 &&\n    b > 4", "a < 3 &&\nb > 4", "b > 4"), Some("b > 4"));
        assert_eq!(found("'a <\n    3'", "a < 3", "3"), Some("3"));
        assert_eq!(found("other", "a < 3", "3"), None);
    }
}
