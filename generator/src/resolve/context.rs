//! What roles are resolved against, and the names and payloads of topics that they use.

use super::names;
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::{Topic, TopicId};
use crate::syntax::Spec;
use crate::text::{Source, Text};

/// What roles are resolved against; collects findings.
pub(super) struct Context<'a> {
    pub(super) source: &'a Source,
    pub(super) spec: &'a Spec,
    pub(super) topics: &'a [Topic],
    pub(super) findings: &'a mut Findings,
}

/// Looks a topic up; a finding and a stand-in if there is none.
pub(super) fn topic(spec: &Spec, name: &Text, findings: &mut Findings) -> TopicId {
    let found = names::index_of(&spec.topics, &name.value);
    if found.is_none() {
        let known = spec.topics.iter().map(|topic| topic.name.value.as_str());
        let list = known.clone().collect::<Vec<_>>().join("`, `");
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("there is no topic `{}`", name.value))
                .maybe_help(near(&name.value, known))
                .help(format!("the topics of this fleet: `{list}`")),
        );
    }
    TopicId(found.unwrap_or(0))
}

impl Context<'_> {
    /// Looks a topic up; a finding and a stand-in if there is none.
    pub(super) fn topic(&mut self, name: &Text) -> TopicId {
        topic(self.spec, name, self.findings)
    }

    /// Whether there is a topic of this name; if not, that is a finding already.
    pub(super) fn has_topic(&self, name: &Text) -> bool {
        names::index_of(&self.spec.topics, &name.value).is_some()
    }

    /// Refuses a duration that is too short for the chip.
    pub(super) fn at_least(&mut self, ms: u32, least: u32, span: &Text, what: &str) {
        if ms < least {
            let message = format!("`{what}` is shorter than {least} ms, more than the chip can keep up with");
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, span.span, message).label("of this role"));
        }
    }

    /// Reports that a topic carries the wrong thing for a role.
    pub(super) fn mismatch(&mut self, name: &Text, id: TopicId, what: &str, better: &str) {
        let payload = self.spec.topics[id.0].value.payload.span;
        self.findings.push(
            Diagnostic::error(
                codes::PAYLOAD_MISMATCH,
                name.span,
                format!("{what}; `{}` carries something else", name.value),
            )
            .related(payload, "what it carries")
            .help(format!("give the topic the payload {better}, or use another topic")),
        );
    }
}
