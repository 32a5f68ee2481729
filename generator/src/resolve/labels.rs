//! Roles with two states: which label of their topic means which.

use super::context::Context;
use super::names;
use crate::diag::{Diagnostic, codes, near};
use crate::model::TopicId;
use crate::syntax::Named;
use crate::text::{At, Text};

/// What each label means, as written: whether it is the second of two states.
type States = At<Vec<Named<bool>>>;

impl Context<'_> {
    /// A topic of labels, for a role that switches.
    pub(super) fn labelled(&mut self, name: &Text, kind: &str) -> TopicId {
        let id = self.topic(name);
        if self.topics[id.0].payload.labels().is_empty() && self.has_topic(name) {
            self.mismatch(name, id, &format!("`{kind}` works with labels or a bit"), "`bit` or `{ one_of: […] }`");
        }
        id
    }

    /// For each label whether it means the second of `words`.
    pub(super) fn states(&mut self, id: TopicId, name: &Text, states: Option<&States>, levels: [&str; 2]) -> Vec<bool> {
        let labels = self.topics[id.0].payload.labels();
        let Some(states) = states else {
            if labels.len() > 2 {
                let example =
                    labels.iter().map(|label| format!("\"{label}\": {}", levels[0])).collect::<Vec<_>>().join(", ");
                let message =
                    format!("`{}` has {} labels; which of them mean `{}`?", name.value, labels.len(), levels[1]);
                let finding = Diagnostic::error(codes::LABELS_MISMATCH, name.span, message);
                self.findings.push(finding.help(format!("write `states: {{ {example} }}` and choose")));
            }
            return (0..labels.len()).map(|index| index == 1).collect();
        };
        for entry in &states.value {
            if !labels.contains(&entry.name.value) {
                let message = format!("`{}` has no message `{}`", name.value, entry.name.value);
                self.findings.push(
                    Diagnostic::error(codes::LABELS_MISMATCH, entry.name.span, message)
                        .maybe_help(near(&entry.name.value, labels.iter().map(String::as_str))),
                );
            }
        }
        let state = |label: &String| names::index_of(&states.value, label).map(|index| states.value[index].value);
        let missing: Vec<&str> = labels.iter().filter(|label| state(label).is_none()).map(String::as_str).collect();
        if !missing.is_empty() {
            let message = format!("`states` does not define what `{}` means", missing.join("`, `"));
            self.findings.push(Diagnostic::error(codes::LABELS_MISMATCH, states.span, message));
        }
        labels.iter().map(|label| state(label).unwrap_or(false)).collect()
    }

    /// The labels for the first and the second of `words`, of a topic that has two.
    pub(super) fn pair(&mut self, id: TopicId, name: &Text, states: Option<&States>, levels: [&str; 2]) -> [u8; 2] {
        let count = self.topics[id.0].payload.labels().len();
        if count > 2 {
            let message = format!("a pin has two states, and `{}` has {count} labels", name.value);
            let payload = self.spec.topics[id.0].value.payload.span;
            self.findings.push(
                Diagnostic::error(codes::PAYLOAD_MISMATCH, name.span, message)
                    .related(payload, "its labels")
                    .help("use a topic with two labels, or with `bit`"),
            );
            return [0, 1];
        }
        match (self.states(id, name, states, levels).as_slice(), states) {
            ([false, true] | [], _) => [0, 1],
            ([true, false], _) => [1, 0],
            (_, Some(states)) => {
                let message =
                    format!("`states` needs one label that is `{}` and one that is `{}`", levels[0], levels[1]);
                self.findings.push(Diagnostic::error(codes::LABELS_MISMATCH, states.span, message));
                [0, 1]
            }
            (_, None) => [0, 1],
        }
    }
}
