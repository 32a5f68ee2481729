//! Decisions looked at alone: rules that never decide.

use crate::diag::{Diagnostic, Findings, codes};
use crate::logic::analysis::{Decision, Value, Verdict};
use crate::model::{Fleet, Role, RoleKind, Rule, Topic, TopicId};
use crate::syntax::{Named, RoleKindSpec, RoleSpec, RuleSpec, Spec};
use crate::text::Span;
use std::collections::BTreeSet;

/// A decision of the fleet and how it is written.
pub(super) struct WrittenDecision<'a> {
    pub(super) role: &'a Role,
    pub(super) spec: &'a Named<RoleSpec>,
    pub(super) decision: Decision<'a>,
}

/// All decisions, in the order of the file.
pub(super) fn all<'a>(spec: &'a Spec, fleet: &'a Fleet) -> impl Iterator<Item = WrittenDecision<'a>> {
    fleet.roles.iter().zip(&spec.roles).filter_map(|(role, spec)| match &role.kind {
        RoleKind::Decision { publish, rules, .. } => {
            // A request becomes the state, as far as its owner is concerned.
            let decision = Decision { topics: &fleet.topics, rules, publish: fleet.subject(*publish) };
            Some(WrittenDecision { role, spec, decision })
        }
        _ => None,
    })
}

impl WrittenDecision<'_> {
    /// A rule as written.
    fn rule(&self, rule: usize) -> Option<&RuleSpec> {
        let RoleKindSpec::Decision { rules, .. } = &self.spec.value.kind else { return None };
        rules.get(self.decision.rules.get(rule)?.index)
    }

    /// Where a rule's `when` stands.
    pub(super) fn when(&self, rule: usize) -> Span {
        self.rule(rule).map_or(self.spec.name.span, |rule| rule.when.span)
    }

    /// Where the topic stands that the decision publishes.
    pub(super) fn publish(&self) -> Span {
        match &self.spec.value.kind {
            RoleKindSpec::Decision { topic, .. } => topic.name().span,
            _ => self.spec.name.span,
        }
    }
}

/// Rules that never decide anything.
pub(super) fn rules_decide(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for written in all(spec, fleet) {
        let rules = written.decision.rules;
        let verdicts = written.decision.verdicts();
        for (index, (verdict, rule)) in verdicts.iter().zip(rules).enumerate() {
            // A rule that computes a bit is two: it is wrong only if both halves are, and then reported once.
            let halves = |other: &(usize, &Rule)| other.1.index == rule.index;
            let mut others = rules.iter().enumerate().filter(halves).map(|(half, _)| (half, verdicts[half]));
            if others.clone().any(|(half, other)| other == Verdict::Open || (half < index && other == *verdict)) {
                continue;
            }
            let hides = others.find_map(|(_, other)| if let Verdict::Hidden(by) = other { Some(by) } else { None });
            match (verdict, hides) {
                (Verdict::Open, _) => {}
                // A comparison outside of the range is a finding already.
                (Verdict::Never, _) if findings.has(codes::OUT_OF_RANGE, written.when(index)) => {}
                (_, Some(Some(by))) if rules[by].index != rule.index => findings.push(
                    Diagnostic::warning(codes::RULE_HIDDEN, written.when(index), "this rule never decides")
                        .label("whenever this holds")
                        .related(written.when(by), "this holds too, and stands first")
                        .help("move it above the other, or delete it"),
                ),
                (_, Some(_)) => findings.push(
                    Diagnostic::warning(codes::RULE_HIDDEN, written.when(index), "this rule never decides")
                        .label("whenever this holds, one of the rules above it holds too")
                        .help("the first rule that holds decides: move it up, or delete it"),
                ),
                (_, None) => findings.push(
                    Diagnostic::warning(codes::RULE_NEVER, written.when(index), "this rule can never hold")
                        .label(never(rule, &fleet.topics))
                        .help("correct it, or delete it"),
                ),
            }
        }
    }
}

fn never(rule: &Rule, topics: &[Topic]) -> String {
    let mut named = BTreeSet::new();
    rule.when.topics(&mut named);
    let names: Vec<String> = named.iter().map(|topic| format!("`{}`", topics[topic.0].key)).collect();
    if names.is_empty() {
        "this is false whatever happens".to_owned()
    } else {
        format!("no message of {} makes it true", names.join(", "))
    }
}

/// For each label of a topic that some output switches by whether it means "on".
pub(super) fn switches(fleet: &Fleet, topic: TopicId) -> Option<&Vec<bool>> {
    fleet.roles.iter().find_map(|role| match &role.kind {
        RoleKind::SwitchOutput { subscribe, owns, on, .. } if *subscribe == topic || *owns == Some(topic) => Some(on),
        _ => None,
    })
}

/// Whether a value switches on.
pub(super) fn is_on(on: &[bool], value: &Value) -> Option<bool> {
    if let Value::Label(label) = value { on.get(*label).copied() } else { None }
}
