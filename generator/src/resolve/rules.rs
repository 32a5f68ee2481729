//! Rules of decisions: texts become typed conditions and outcomes.

use super::context::Context;
use crate::diag::{Diagnostic, codes};
use crate::logic::{Scope, Then, condition, outcome};
use crate::model::{Condition, Outcome, RoleKind, Rule, TopicId};
use crate::syntax::{RuleSpec, SaysSpec};

impl Context<'_> {
    /// A decision with its rules.
    pub(super) fn decision(&mut self, topic: &SaysSpec, rules: &[RuleSpec], tick: u32) -> RoleKind {
        let name = topic.name();
        let id = self.topic(name);
        self.at_least(tick, 10, name, "tick");
        if rules.is_empty() {
            let message = "a decision without rules never publishes anything";
            self.findings.push(Diagnostic::error(codes::BAD_VALUE, name.span, message));
        }
        let rules = rules.iter().enumerate().flat_map(|(index, rule)| self.rule(id, rule, index)).collect();
        RoleKind::Decision { publish: self.says(topic, id), rules, tick_ms: tick }
    }

    /// A rule as meant. One that computes a bit is two: where it comes out true, and where it comes out false.
    fn rule(&mut self, published: TopicId, rule: &RuleSpec, index: usize) -> Vec<Rule> {
        let scope = |text| Scope { source: self.source, topics: self.topics, text };
        let when: Option<Condition> = condition(&scope(&rule.when), self.findings);
        let then = outcome(&scope(&rule.then), published, self.findings);
        let (Some(when), Some(then)) = (when, then) else { return Vec::new() };
        let make = |text: String, when, then| Rule {
            when_text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            then_text: rule.then.value.clone(),
            position: self.source.position(rule.when.span.start),
            index,
            when,
            then,
        };
        let text = &rule.when.value;
        match then {
            Then::Outcome(then) => vec![make(text.clone(), when, then)],
            Then::Computed { when_true, when_false } => {
                let both = |part| {
                    if when == Condition::All(Vec::new()) { part } else { Condition::All(vec![when.clone(), part]) }
                };
                let spelled = |not: &str| {
                    let part = format!("{not}({})", rule.then.value);
                    if when == Condition::All(Vec::new()) { part } else { format!("({text}) && {part}") }
                };
                vec![
                    make(spelled(""), both(when_true), Outcome::Label(1)),
                    make(spelled("!"), both(when_false), Outcome::Label(0)),
                ]
            }
        }
    }
}
