//! Decisions that subscribe to each other: whether a round of them comes to rest.

use super::decisions::{WrittenDecision, all};
use crate::diag::{Diagnostic, Findings, codes};
use crate::logic::analysis::{Decision, Moment, Value, context_without};
use crate::model::{Fleet, Outcome, Payload, RoleKind, TopicId};
use crate::syntax::Spec;
use std::collections::{BTreeMap, BTreeSet};

/// Rounds with more states than this are left alone.
const MOST_STATES: usize = 256;

type Received = BTreeMap<TopicId, (Value, i64)>;

/// Decisions that subscribe to each other must come to rest, whatever else is published.
pub(super) fn loops_settle(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    let written: Vec<WrittenDecision<'_>> = all(spec, fleet).collect();
    let mut seen = BTreeSet::<usize>::new();
    for start in 0..written.len() {
        let round = round_of(&written, start);
        if round.is_empty() || round.iter().any(|index| seen.contains(index)) {
            continue;
        }
        seen.extend(&round);
        let members: Vec<&WrittenDecision<'_>> = round.iter().map(|index| &written[*index]).collect();
        if let Some(context) = restless(fleet, &members) {
            findings.push(finding(spec, fleet, &members, &context));
        }
    }
}

/// The decisions that reach each other from this one, itself included; empty: none.
fn round_of(written: &[WrittenDecision<'_>], start: usize) -> BTreeSet<usize> {
    let subscriptions: Vec<BTreeSet<TopicId>> = written.iter().map(|one| one.role.kind.subscriptions()).collect();
    let reach = |from: usize, forward: bool| {
        let mut reached = BTreeSet::new();
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            for next in 0..written.len() {
                let (publisher, subscriber) = if forward { (at, next) } else { (next, at) };
                if subscriptions[subscriber].contains(&written[publisher].decision.publish) && reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    };
    if written.len() > MOST_STATES {
        return BTreeSet::new();
    }
    reach(start, true).intersection(&reach(start, false)).copied().collect()
}

/// The messages outside of a round with which it never comes to rest, shown by playing it.
fn restless(fleet: &Fleet, members: &[&WrittenDecision<'_>]) -> Option<Received> {
    let inside: BTreeSet<TopicId> = members.iter().map(|one| one.decision.publish).collect();
    // With a second speaker it would not be a round of decisions alone.
    let speakers = fleet.roles.iter().filter(|role| match &role.kind {
        // An owner says what it was asked for; those who ask it are the speakers.
        RoleKind::SwitchOutput { .. } | RoleKind::DimmerOutput { .. } => false,
        kind => kind.publications().iter().any(|topic| inside.contains(&fleet.subject(*topic))),
    });
    if speakers.count() != inside.len() {
        return None;
    }
    let states = states(fleet, members, &inside)?;
    let decisions: Vec<Decision<'_>> = members.iter().map(|one| copy(&one.decision)).collect();
    let mut context = context_without(&decisions, &states)?;
    context.retain(|topic, _| !inside.contains(topic));
    let with = |state: &BTreeMap<TopicId, Value>| {
        let values = state.iter().map(|(topic, value)| (*topic, (value.clone(), 0)));
        Moment { topics: &fleet.topics, received: context.clone().into_iter().chain(values).collect() }
    };
    let moves = |moment: &Moment<'_>, one: &Decision<'_>| {
        let value = moment.decide(one.rules, one.publish).map(|(_, value)| value)?;
        (moment.received.get(&one.publish).map(|(value, _)| value) != Some(&value)).then_some(value)
    };
    let rests = |state| {
        let moment = with(state);
        decisions.iter().all(|one| moves(&moment, one).is_none())
    };
    if states.iter().any(rests) {
        return None;
    }
    // Nothing was published yet, or a client published something: does the round start by itself, and go on?
    let starts_with_client =
        fleet.clients.iter().flat_map(|client| &client.publish).any(|topic| inside.contains(&fleet.subject(*topic)));
    // An owner says its state at boot.
    let owned = inside.iter().any(|topic| fleet.topics[topic.0].requests().is_some());
    let mut moment = if starts_with_client || owned { with(states.first()?) } else { with(&BTreeMap::new()) };
    for _ in 0..=states.len() * 4 {
        let step = decisions.iter().find_map(|one| moves(&moment, one).map(|value| (one.publish, value)));
        let (topic, value) = step?;
        moment.received.insert(topic, (value, 0));
    }
    Some(context)
}

fn copy<'a>(decision: &Decision<'a>) -> Decision<'a> {
    Decision { topics: decision.topics, rules: decision.rules, publish: decision.publish }
}

/// All combinations of messages of the round's topics; `None`: too much.
fn states(
    fleet: &Fleet,
    members: &[&WrittenDecision<'_>],
    inside: &BTreeSet<TopicId>,
) -> Option<Vec<BTreeMap<TopicId, Value>>> {
    let mut states = vec![BTreeMap::new()];
    for topic in inside {
        let rules = members.iter().filter(|one| one.decision.publish == *topic).flat_map(|one| one.decision.rules);
        let computed = rules.clone().any(|rule| matches!(rule.then, Outcome::Number(_) | Outcome::Copy(_)));
        let values: BTreeSet<Value> = match (&fleet.topics[topic.0].payload, computed) {
            (_, false) => {
                let own = members.iter().filter(|one| one.decision.publish == *topic);
                own.flat_map(|one| one.decision.values().map(|(_, value)| value)).collect()
            }
            (Payload::Percent, true) => (0..=100).map(Value::Figure).collect(),
            (Payload::Bit | Payload::OneOf(_), true) => {
                (0..fleet.topics[topic.0].payload.labels().len()).map(Value::Label).collect()
            }
            // A round that computes moves towards an end of the range, or is too large to look at.
            (Payload::Number { .. } | Payload::Text { .. }, true) => return None,
        };
        if states.len() * values.len() > MOST_STATES {
            return None;
        }
        let with = |value: &Value, state: &BTreeMap<TopicId, Value>| {
            let mut state = state.clone();
            state.insert(*topic, value.clone());
            state
        };
        states = values.iter().flat_map(|value| states.iter().map(move |state| with(value, state))).collect();
    }
    Some(states)
}

fn finding(spec: &Spec, fleet: &Fleet, members: &[&WrittenDecision<'_>], context: &Received) -> Diagnostic {
    let key = |topic: TopicId| fleet.topics[topic.0].key.as_str();
    let topics: Vec<String> = members.iter().map(|one| format!("`{}`", key(one.decision.publish))).collect();
    let first = members.first().map_or(spec.fleet.span, |one| one.publish());
    let message = match topics.as_slice() {
        [one] => format!("{one} never comes to rest: each message makes its own decision publish another"),
        _ => format!("{} never come to rest: each makes the other change again", topics.join(" and ")),
    };
    let mut finding = Diagnostic::warning(codes::TOPIC_LOOP, first, message).label("decided here");
    for other in members.iter().skip(1).take(4) {
        finding = finding.related(other.publish(), "and here, from the other");
    }
    let when: Vec<String> = context
        .iter()
        .map(|(topic, (value, _))| match value {
            Value::Label(label) => {
                let labels = fleet.topics[topic.0].payload.labels();
                format!("`{}` is \"{}\"", key(*topic), labels.get(*label).cloned().unwrap_or_default())
            }
            Value::Figure(_) | Value::Text(_) => format!("`{}` has a certain value", key(*topic)),
        })
        .collect();
    if !when.is_empty() {
        finding = finding.note(format!("for example while {}", when.join(" and ")));
    }
    finding.help(
        "let one of them also ask how old its own last message is (`age(topic) > 1s`), or leave it out of the other",
    )
}
