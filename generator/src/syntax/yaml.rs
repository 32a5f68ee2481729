//! The findings for a text that is no YAML: the parser's reason, which names scalars, contexts and tokens, becomes
//! what a person has to change. Knows the text around the fault, not the fleet language.

use crate::diag::{Diagnostic, codes};
use crate::text::{Source, Span};

/// The finding for a fault of a file. `here` is the character at which the parser stopped, `reason` its message.
pub(super) fn fault(source: &Source, file: Span, here: Span, reason: &str) -> Diagnostic {
    let text = source.text.get(file.start..file.end).unwrap_or_default();
    let at = here.start - file.start;
    let error = |span: Span, message: &str| Diagnostic::error(codes::YAML, span, message);
    let line = SourceLine::around(text, at);
    if let Some(tab) = line.indent.find('\t').filter(|_| reason.contains("tab")) {
        let start = file.start + line.start + tab;
        let finding = error(Span { start, end: start + 1 }, "a tab stands here, and YAML is indented with blanks");
        return finding.help("put blanks in its place, two for each level; most editors can do that by themselves");
    }
    if let Some(bracket) = reason.strip_prefix("unclosed bracket ").map(|bracket| bracket.trim_matches('\'')) {
        let end = if bracket == "[" { "]" } else { "}" };
        let finding = error(here, &format!("this `{bracket}` is never closed"));
        return finding.help(format!("write `{end}` where its entries end"));
    }
    if reason.contains("mapping values are not allowed") {
        let above = SourceLine::above(text, line.start);
        let has_no_colon = |line: &SourceLine<'_>| !line.content.contains(':') && !line.content.starts_with('-');
        if let Some(above) = above.filter(|above| !above.content.is_empty() && has_no_colon(above)) {
            let start = file.start + above.start + above.indent.len();
            let finding = error(Span { start, end: start + above.content.len() }, "a colon is missing in this line");
            let (key, value) = above.content.split_once(' ').unwrap_or((above.content, ""));
            return finding.help(format!("write `{}`", format!("{key}: {}", value.trim()).trim_end()));
        }
        return error(here, "a colon too many, or this line is indented unlike those above it")
            .help("a text with a colon and a blank in it needs quotes: `\"a: b\"`; entries beside each other start in the same column");
    }
    if reason.contains("did not find expected key")
        || reason.contains("block collection")
        || reason.contains("block mapping")
    {
        let span = Span { start: file.start + line.start + line.indent.len(), end: here.end };
        let span = if span.start < span.end && line.indent.len() + line.start <= at { span } else { here };
        return error(span, "this line does not fit to those above it").help(
            "start it in the same column as the entries beside it; or look for a quote or bracket that is missing above",
        );
    }
    if reason.contains("quoted") {
        return error(here, "a quote is missing, here or just above")
            .help("each `\"` and each `'` needs a second one; a `'` within `'…'` is written twice, `''`");
    }
    error(here, &format!("not YAML: {reason}"))
        .help("look for a missing quote, bracket or blank after a colon, here or just above")
}

/// A line of a text.
struct SourceLine<'t> {
    /// The byte of the text at which it starts.
    start: usize,
    /// The blanks and tabs in front of its content.
    indent: &'t str,
    /// What follows the indent, without a comment.
    content: &'t str,
}

impl<'t> SourceLine<'t> {
    /// The line that holds byte `at`.
    fn around(text: &'t str, at: usize) -> Self {
        let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let (indent, content) = line.split_at(line.len() - line.trim_start().len());
        let content =
            if content.starts_with('#') { "" } else { content.split(" #").next().unwrap_or_default().trim_end() };
        Self { start, indent, content }
    }

    /// The nearest line with content above the one that starts at byte `start`.
    fn above(text: &'t str, start: usize) -> Option<Self> {
        let mut start = start;
        while start > 0 {
            let line = Self::around(text, start - 1);
            if !line.content.is_empty() {
                return Some(line);
            }
            start = line.start;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::text::Source;

    fn finding(text: &str) -> (String, String) {
        let source = Source::new("x.yaml", text);
        let findings = crate::check(&source).expect_err("no YAML").0;
        let span = findings[0].primary.span;
        (findings[0].message.clone(), source.text[span.start..span.end].to_owned())
    }

    #[test]
    fn faults() {
        let cases = [
            ("a:\n\tb: 1\n", "a tab stands here, and YAML is indented with blanks", "\t"),
            ("fleet attic\nbroker: {}\n", "a colon is missing in this line", "fleet attic"),
            ("a: { b: 1\n", "this `{` is never closed", "{"),
            ("a: [1, 2\n", "this `[` is never closed", "["),
            ("a:\n  b: 1\n    c: 2\n", "a colon too many, or this line is indented unlike those above it", ":"),
            ("a:\n    b: 1\n  c: 2\n", "this line does not fit to those above it", "c"),
            ("a: \"b\nc: \"d\"\n", "a quote is missing, here or just above", "d"),
        ];
        for (text, message, shown) in cases {
            assert_eq!(finding(text), (message.to_owned(), shown.to_owned()), "{text}");
        }
    }
}
