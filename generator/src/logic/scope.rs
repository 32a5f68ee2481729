//! What an expression may refer to, and where its parts stand in the file.

use crate::diag::{Diagnostic, codes, near};
use crate::model::{Topic, TopicId};
use crate::text::{Source, Span, Text};
use syn::Expr;

/// A rule is a line or two; more would exhaust the parser's stack before it helped anybody.
const LONGEST: usize = 1_000;
const DEEPEST: usize = 50;

/// What an expression may refer to, and where it stands.
pub(crate) struct Scope<'a> {
    pub(crate) source: &'a Source,
    pub(crate) topics: &'a [Topic],
    pub(crate) text: &'a Text,
}

/// A fault in an expression; boxed, since it is large and rare.
pub(crate) type Fault = Box<Diagnostic>;

impl Scope<'_> {
    /// The bytes of the file in which a part of the expression stands; all of it where that can't be told.
    pub(crate) fn span(&self, part: proc_macro2::Span) -> Span {
        let whole = self.text.span;
        let written = self.source.text.get(whole.start..whole.end).unwrap_or_default();
        let Some(range) = super::range::in_file(written, &self.text.value, part.byte_range()) else { return whole };
        let span = Span { start: whole.start + range.start, end: whole.start + range.end };
        if span.start < span.end { span } else { whole }
    }

    pub(crate) fn fault(&self, part: proc_macro2::Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(codes::RULE_TYPE, self.span(part), message)
    }

    pub(crate) fn topic(&self, id: TopicId) -> &Topic {
        &self.topics[id.0]
    }

    /// Looks a topic up by its key.
    pub(crate) fn find(&self, ident: &syn::Ident) -> Result<TopicId, Fault> {
        let name = ident.to_string();
        // Requests have no name in a rule: it asks what a state is, not what somebody wants it to be.
        let named = || self.topics.iter().filter(|topic| topic.state().is_none());
        let found = named().position(|topic| topic.key == name);
        found.map(TopicId).ok_or_else(|| {
            let keys = named().map(|topic| topic.key.as_str());
            let message = format!("there is no topic `{name}`");
            Box::new(
                Diagnostic::error(codes::UNKNOWN_NAME, self.span(ident.span()), message)
                    .maybe_help(near(&name, keys))
                    .help("a rule names topics by their keys; a label stands in double quotes: `\"On\"`"),
            )
        })
    }

    /// Parses the text.
    pub(crate) fn parse(&self) -> Result<Expr, Fault> {
        let text = &self.text.value;
        let syntax = |span, message: String| {
            let help = super::hints::hint(text).unwrap_or("for example `brightness < 30 && presence == \"present\"`");
            Box::new(Diagnostic::error(codes::RULE_SYNTAX, span, message).help(help))
        };
        if text.len() > LONGEST || text.matches(['(', '[', '{', '!', '-', '&', '*']).count() > DEEPEST {
            return Err(syntax(self.text.span, "the rule is too long or too deep".into()));
        }
        syn::parse_str::<Expr>(text).map_err(|error| {
            let span = if text.trim().is_empty() { self.text.span } else { self.span(error.span()) };
            syntax(span, format!("not an expression: {error}"))
        })
    }
}
