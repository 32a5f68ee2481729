//! Lamps and the sensors that see them: thresholds without a gap between them.

use super::decisions::{WrittenDecision, all, is_on, switches};
use crate::diag::{Diagnostic, Findings, codes};
use crate::logic::analysis::{Fixed, Side, Value};
use crate::model::{Fleet, Payload, RoleKind, TopicId};
use crate::syntax::Spec;
use std::collections::BTreeSet;

/// A sensor that sees a lamp: its topic, the least change that it sends, and the milliseconds between two of its messages.
struct Sensor {
    topic: TopicId,
    change: i64,
    every: i64,
}

/// Two rules, and the figures of the sensor at which each decides what makes the other decide next.
struct Flicker {
    on_rule: usize,
    off_rule: usize,
    on_value: Value,
    off_value: Value,
    at_on: i64,
    at_off: i64,
}

/// A lamp and the sensor that sees it: where one figure gives "on" and the next gives "off", the lamp flickers.
pub(super) fn no_flicker(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for written in all(spec, fleet) {
        let Some(on) = switches(fleet, written.decision.publish) else { continue };
        let subscriptions = written.role.kind.subscriptions();
        for role in &fleet.roles {
            let RoleKind::AnalogInput { publish: sensor, every_ms, change, .. } = &role.kind else { continue };
            if subscriptions.contains(sensor) && !depends(fleet, &subscriptions, [*sensor, written.decision.publish]) {
                let every = i64::from(*every_ms).max(1_000);
                let sensor = Sensor { topic: *sensor, change: (*change).into(), every };
                if let Some(flicker) = flicker(&written, on, &sensor) {
                    findings.push(finding(&written, fleet, &sensor, &flicker));
                }
            }
        }
    }
}

/// Whether a topic that is subscribed to follows from these: then they can't be looked at as if nothing else moved.
fn depends(fleet: &Fleet, subscriptions: &BTreeSet<TopicId>, from: [TopicId; 2]) -> bool {
    let mut follows: BTreeSet<TopicId> = from.into();
    loop {
        let more = fleet.roles.iter().filter_map(|role| match &role.kind {
            RoleKind::Decision { publish, .. } if !role.kind.subscriptions().is_disjoint(&follows) => {
                Some(fleet.subject(*publish))
            }
            _ => None,
        });
        let more: BTreeSet<TopicId> = more.filter(|topic| !follows.contains(topic)).collect();
        if more.is_empty() {
            return subscriptions.iter().any(|topic| follows.contains(topic) && !from.contains(topic));
        }
        follows.extend(more);
    }
}

fn flicker(written: &WrittenDecision<'_>, on: &[bool], sensor: &Sensor) -> Option<Flicker> {
    let decision = &written.decision;
    let edges = decision.edges(sensor.topic);
    let values: Vec<(usize, Value)> = decision.values().take(32).collect();
    let wanted = |state: bool| values.iter().filter(move |(_, value)| is_on(on, value) == Some(state));
    for &low in edges.iter().take(64) {
        for &high in edges.range(low + 1..=low.saturating_add(sensor.change)) {
            for (on_rule, on_value) in wanted(true) {
                for (off_rule, off_value) in wanted(false) {
                    for (at_on, at_off) in [(low, high), (high, low)] {
                        let (on_rule, off_rule) = (*on_rule, *off_rule);
                        let (on_value, off_value) = (on_value.clone(), off_value.clone());
                        let flicker = Flicker { on_rule, off_rule, on_value, off_value, at_on, at_off };
                        if flicker.can_be(written, sensor) {
                            return Some(flicker);
                        }
                    }
                }
            }
        }
    }
    None
}

impl Flicker {
    /// Whether there are two such moments, one following from the other.
    fn can_be(&self, written: &WrittenDecision<'_>, sensor: &Sensor) -> bool {
        let decision = &written.decision;
        let ages = if written.role.kind.subscriptions().contains(&decision.publish) {
            vec![(sensor.topic, 0), (decision.publish, sensor.every)]
        } else {
            vec![(sensor.topic, 0)]
        };
        // Each follows the other: what was published last follows from the other.
        let side = |figure, before: &Value, rule, value| Side {
            fixes: [
                (sensor.topic, Fixed::Value(Value::Figure(figure))),
                (decision.publish, Fixed::Value(before.clone())),
            ]
            .into(),
            rule,
            value,
        };
        let on = side(self.at_on, &self.off_value, self.on_rule, &self.on_value);
        let off = side(self.at_off, &self.on_value, self.off_rule, &self.off_value);
        decision.pair(&on, &off, &ages).is_some()
    }
}

fn finding(written: &WrittenDecision<'_>, fleet: &Fleet, sensor: &Sensor, flicker: &Flicker) -> Diagnostic {
    let light = &fleet.topics[written.decision.publish.0];
    let seen = &fleet.topics[sensor.topic.0];
    let figure = |figure: i64| seen.payload.figure_text(figure);
    let text = |value: &Value| match value {
        Value::Label(label) => light.payload.labels().get(*label).cloned().unwrap_or_default(),
        _ => String::new(),
    };
    let low = flicker.at_on.min(flicker.at_off);
    let message = format!("`{}` flickers when `{}` is about {}", light.key, seen.key, figure(low));
    Diagnostic::warning(codes::RULE_FLICKER, written.when(flicker.off_rule), message)
        .label(format!("at {} this rule gives \"{}\"", figure(flicker.at_off), text(&flicker.off_value)))
        .related(
            written.when(flicker.on_rule),
            format!("at {} this rule gives \"{}\"", figure(flicker.at_on), text(&flicker.on_value)),
        )
        .help(format!(
            "leave a gap between the two in which no rule holds, wider than the light itself makes: for example one \
             below {} and the other above {}",
            figure(low),
            figure(low + gap(sensor.change, &seen.payload)),
        ))
}

/// A gap that is wide enough: a tenth of the range, and more than the sensor's steps.
fn gap(change: i64, payload: &Payload) -> i64 {
    let range = match payload {
        Payload::Number { min, max, .. } => i64::from(*max) - i64::from(*min),
        _ => 100,
    };
    (range / 10).max(2 * change)
}
