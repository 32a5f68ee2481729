//! Decisions looked at alone: rules that never decide, and thresholds without a gap between them.

use super::model::{Fleet, Payload, Role, RoleKind, Rule, Topic, TopicId};
use crate::diag::{Diagnostic, Findings, codes};
use crate::logic::analysis::{Decision, Fixed, Said, Side, Verdict};
use crate::source::Span;
use crate::spec::{Named, RoleKindSpec, RoleSpec, RuleSpec, Spec};
use std::collections::BTreeSet;

/// A decision of the fleet and how it is written.
pub(super) struct Written<'a> {
    pub(super) role: &'a Role,
    pub(super) spec: &'a Named<RoleSpec>,
    pub(super) decision: Decision<'a>,
}

/// All decisions, in the order of the file.
pub(super) fn all<'a>(spec: &'a Spec, fleet: &'a Fleet) -> impl Iterator<Item = Written<'a>> {
    fleet.roles.iter().zip(&spec.roles).filter_map(|(role, spec)| match &role.kind {
        RoleKind::Decision { publish, rules, .. } => {
            let decision = Decision { topics: &fleet.topics, rules, publish: *publish };
            Some(Written { role, spec, decision })
        }
        _ => None,
    })
}

impl Written<'_> {
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
            RoleKindSpec::Decision { publish, .. } => publish.span,
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
            // A rule that computes a bit is two: it is wrong only if both halves are, and then said once.
            let halves = |other: &(usize, &Rule)| other.1.index == rule.index;
            let mut others = rules.iter().enumerate().filter(halves).map(|(place, _)| (place, verdicts[place]));
            if others.clone().any(|(place, other)| other == Verdict::Open || (place < index && other == *verdict)) {
                continue;
            }
            let hides = others.find_map(|(_, other)| if let Verdict::Hidden(by) = other { Some(by) } else { None });
            match (verdict, hides) {
                (Verdict::Open, _) => {}
                // A comparison outside of the range says it already.
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
        format!("nothing that {} can say makes it true", names.join(", "))
    }
}

/// For each word of a topic that some output switches by whether it means "on".
pub(super) fn switches(fleet: &Fleet, topic: TopicId) -> Option<&Vec<bool>> {
    fleet.roles.iter().find_map(|role| match &role.kind {
        RoleKind::SwitchOutput { subscribe, on, .. } if *subscribe == topic => Some(on),
        _ => None,
    })
}

/// Whether a word switches on.
pub(super) fn is_on(on: &[bool], said: &Said) -> Option<bool> {
    if let Said::Label(label) = said { on.get(*label).copied() } else { None }
}

/// A lamp and the sensor that sees it: where one figure says "on" and the next says "off", the lamp flickers.
pub(super) fn no_flicker(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for written in all(spec, fleet) {
        let Some(on) = switches(fleet, written.decision.publish) else { continue };
        let heard = written.role.kind.hears();
        for role in &fleet.roles {
            let RoleKind::AnalogInput { publish: sensor, every_ms, change, .. } = &role.kind else { continue };
            if heard.contains(sensor) && !depends(fleet, &heard, [*sensor, written.decision.publish]) {
                let every = i64::from(*every_ms).max(1_000);
                flicker(&written, fleet, on, *sensor, (i64::from(*change), every), findings);
            }
        }
    }
}

/// Whether a topic that is heard follows from these: then they can't be looked at as if nothing else moved.
fn depends(fleet: &Fleet, heard: &BTreeSet<TopicId>, from: [TopicId; 2]) -> bool {
    let mut follows: BTreeSet<TopicId> = from.into();
    loop {
        let more = fleet.roles.iter().filter_map(|role| match &role.kind {
            RoleKind::Decision { publish, .. } if !role.kind.hears().is_disjoint(&follows) => Some(*publish),
            _ => None,
        });
        let more: BTreeSet<TopicId> = more.filter(|topic| !follows.contains(topic)).collect();
        if more.is_empty() {
            return heard.iter().any(|topic| follows.contains(topic) && !from.contains(topic));
        }
        follows.extend(more);
    }
}

fn flicker(
    written: &Written<'_>,
    fleet: &Fleet,
    on: &[bool],
    sensor: TopicId,
    (change, every): (i64, i64),
    findings: &mut Findings,
) {
    let decision = &written.decision;
    let edges = decision.edges(sensor);
    let words: Vec<(usize, Said)> = decision.words().take(32).collect();
    let wanted = |state: bool| words.iter().filter(move |(_, said)| is_on(on, said) == Some(state));
    let ages = if written.role.kind.hears().contains(&decision.publish) {
        vec![(sensor, 0), (decision.publish, every)]
    } else {
        vec![(sensor, 0)]
    };
    for &low in edges.iter().take(64) {
        for &high in edges.range(low + 1..=low.saturating_add(change)) {
            for (on_rule, on_word) in wanted(true) {
                for (off_rule, off_word) in wanted(false) {
                    for (at_on, at_off) in [(low, high), (high, low)] {
                        // Each follows the other: what was said last is the other's word.
                        let side = |figure, before: &Said, rule, says| Side {
                            fixes: [
                                (sensor, Fixed::Says(Said::Figure(figure))),
                                (decision.publish, Fixed::Says(before.clone())),
                            ]
                            .into(),
                            rule,
                            says,
                        };
                        let one = side(at_on, off_word, *on_rule, on_word);
                        let other = side(at_off, on_word, *off_rule, off_word);
                        if decision.pair(&one, &other, &ages).is_none() {
                            continue;
                        }
                        let topic = |id: TopicId| &fleet.topics[id.0];
                        let light = topic(decision.publish);
                        let figure = |figure| shown(figure, &topic(sensor).payload);
                        let word = |said: &Said| match said {
                            Said::Label(label) => light.payload.labels().get(*label).cloned().unwrap_or_default(),
                            _ => String::new(),
                        };
                        let key = &topic(sensor).key;
                        findings.push(
                            Diagnostic::warning(
                                codes::RULE_FLICKER,
                                written.when(*off_rule),
                                format!("`{}` flickers when `{key}` is about {}", light.key, figure(low)),
                            )
                            .label(format!("at {} this says \"{}\"", figure(at_off), word(off_word)))
                            .related(
                                written.when(*on_rule),
                                format!("at {} this says \"{}\"", figure(at_on), word(on_word)),
                            )
                            .help(format!(
                                "leave a gap between the two in which no rule holds, wider than the light itself \
                                 makes: one below {}, say, and the other above {}",
                                figure(low),
                                figure(low + gap(change, &topic(sensor).payload)),
                            )),
                        );
                        return;
                    }
                }
            }
        }
    }
}

/// A gap that is wide enough: a tenth of the range, and more than the sensor's steps.
fn gap(change: i64, payload: &Payload) -> i64 {
    let range = match payload {
        Payload::Number { min, max, .. } => i64::from(*max) - i64::from(*min),
        _ => 100,
    };
    (range / 10).max(2 * change)
}

/// A figure in its unit.
fn shown(figure: i64, payload: &Payload) -> String {
    match payload {
        Payload::Number { decimals, .. } => {
            format!("{:.*}", usize::from(*decimals), figure as f64 / 10f64.powi(i32::from(*decimals)))
        }
        _ => figure.to_string(),
    }
}
