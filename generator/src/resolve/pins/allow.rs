//! `allow: { code: "reason" }`: a warning that somebody has thought about is silent where it arises. What silences nothing
//! is a mistake itself: it would hide the warning on the day when it is right.

use crate::diag::{Code, Diagnostic, Findings, Severity, codes, near};
use crate::syntax::{Named, NodeSpec};
use crate::text::{Span, Text};
use std::collections::BTreeSet;

/// What the wiring of one node allows.
pub(super) struct Allowed<'a> {
    entries: Vec<(Span, &'a Named<Text>)>,
    used: BTreeSet<Span>,
    /// Errors with such a code, which nobody can allow.
    errors: BTreeSet<(Span, Code)>,
}

impl<'a> Allowed<'a> {
    pub(super) fn new(node: &'a NodeSpec) -> Self {
        let entries = node.allow.iter().flat_map(|role| role.value.iter().map(|entry| (role.name.span, entry)));
        Self { entries: entries.collect(), used: BTreeSet::new(), errors: BTreeSet::new() }
    }

    /// Whether the wiring of this role (known by the span of its name) has thought about it.
    pub(super) fn silences(&mut self, role: Span, code: Code, severity: Severity) -> bool {
        let entry = self.entries.iter().find(|(other, entry)| *other == role && entry.name.value == code.as_str());
        let Some((_, entry)) = entry else { return false };
        if severity == Severity::Error {
            self.errors.insert((role, code));
            return false;
        }
        self.used.insert(entry.name.span);
        true
    }

    /// What is wrong with the words themselves. `unsure`: roles of which too little is known to say what they warn of.
    pub(super) fn finish(self, unsure: &BTreeSet<Span>, findings: &mut Findings) {
        for (role, entry) in &self.entries {
            let (name, reason) = (&entry.name, &entry.value);
            let known = codes::ALL.iter().map(|(code, _)| code.as_str());
            if reason.value.trim().is_empty() {
                let message = format!("`{}` is allowed without a reason", name.value);
                let help = "write for the next reader why it is fine here: `\"the lamp may flash at power-up\"`";
                findings.push(Diagnostic::error(codes::BAD_VALUE, reason.span, message).help(help));
            }
            if !known.clone().any(|code| code == name.value) {
                let message = format!("there is no finding `{}`", name.value);
                let help = "its code stands in brackets in the finding: `warning[boot-high]`";
                findings.push(
                    Diagnostic::error(codes::UNKNOWN_NAME, name.span, message)
                        .maybe_help(near(&name.value, known))
                        .help(help),
                );
            } else if self.errors.iter().any(|(other, code)| other == role && code.as_str() == name.value) {
                let message = format!("`{}` is an error here, and can't be allowed: it would not work", name.value);
                let finding = Diagnostic::error(codes::ALLOW_UNUSED, name.span, message);
                findings.push(finding.related(*role, "the role").help("take another pin, and delete this"));
            } else if !self.used.contains(&name.span) && !unsure.contains(role) {
                let message = format!("`{}` does not arise here, so there is nothing to allow", name.value);
                let finding = Diagnostic::error(codes::ALLOW_UNUSED, name.span, message);
                findings.push(
                    finding
                        .label("kept, it would hide the warning on the day when it is right")
                        .related(*role, "the role")
                        .help("delete it"),
                );
            }
        }
    }
}
