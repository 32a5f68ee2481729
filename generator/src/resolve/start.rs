//! What decisions do before they have received everything: wait for ever, or switch on for a moment.

use super::decisions::{WrittenDecision, all, is_on, switches};
use crate::diag::{Diagnostic, Findings, codes};
use crate::logic::analysis::{Fixed, Side, Value};
use crate::model::{Fleet, Layout, Role, RoleKind, Sends, TopicId};
use crate::syntax::Spec;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a role publishes its state at the start, and then only changes.
fn publishes_state(kind: &RoleKind) -> bool {
    match kind {
        RoleKind::PushButton { sends, .. } => matches!(sends, Sends::Level { .. }),
        RoleKind::DigitalInput { .. } | RoleKind::AnalogInput { .. } | RoleKind::Decision { .. } => true,
        // An owner.
        RoleKind::SwitchOutput { owns, .. } | RoleKind::DimmerOutput { owns, .. } => owns.is_some(),
        _ => false,
    }
}

/// The node of a layout that has a role.
fn node_with(layout: &Layout, fleet: &Fleet, is: impl Fn(&Role) -> bool) -> Option<usize> {
    layout.nodes.iter().position(|node| node.roles.iter().any(|(role, _)| is(&fleet.roles[role.0])))
}

/// Topics that reach a decision over the network in some layout, and are published by a role that publishes a state.
fn states_from_afar(fleet: &Fleet, written: &WrittenDecision<'_>) -> BTreeSet<TopicId> {
    let own = |role: &Role| role.key == written.role.key;
    let afar = |topic: &TopicId| {
        fleet.layouts.iter().any(|layout| {
            let states = |role: &Role| role.kind.publishes() == Some(*topic) && publishes_state(&role.kind);
            let publisher = node_with(layout, fleet, states);
            publisher.is_some() && publisher != node_with(layout, fleet, own)
        })
    };
    written.role.kind.subscriptions().into_iter().filter(afar).collect()
}

/// A decision of which every rule waits for something that may never come.
pub(super) fn decisions_start(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    let decisions: Vec<WrittenDecision<'_>> = all(spec, fleet).collect();
    // What decisions alone publish is there once one of them can publish it; all else comes by itself, or is a finding
    // already.
    let elsewhere = |topic: TopicId| {
        let role = |kind: &RoleKind| kind.publications().contains(&topic) && !matches!(kind, RoleKind::Decision { .. });
        fleet.roles.iter().any(|entry| role(&entry.kind))
            || fleet.clients.iter().any(|client| client.publish.contains(&topic))
    };
    let mut undecided: BTreeSet<TopicId> =
        decisions.iter().map(|written| written.decision.publish).filter(|topic| !elsewhere(*topic)).collect();
    let lost = |written: &WrittenDecision<'_>| -> BTreeSet<TopicId> {
        states_from_afar(fleet, written).into_iter().filter(|topic| !fleet.topics[topic.0].retain).collect()
    };
    loop {
        let can_publish = |written: &&WrittenDecision<'_>| {
            let missing = undecided.union(&lost(written)).copied().collect();
            undecided.contains(&written.decision.publish) && written.decision.can_decide(&missing)
        };
        let more: Vec<TopicId> = decisions.iter().filter(can_publish).map(|written| written.decision.publish).collect();
        if more.is_empty() {
            break;
        }
        undecided.retain(|topic| !more.contains(topic));
    }
    for written in &decisions {
        let lost = lost(written);
        let missing: BTreeSet<TopicId> = undecided.union(&lost).copied().collect();
        if written.decision.can_decide(&missing) || !written.decision.can_decide(&BTreeSet::new()) {
            continue;
        }
        let subscriptions = written.role.kind.subscriptions();
        let waits: Vec<TopicId> = subscriptions.intersection(&missing).copied().collect();
        let names = |of: &[TopicId]| {
            of.iter().map(|topic| format!("`{}`", fleet.topics[topic.0].key)).collect::<Vec<_>>().join(" or ")
        };
        let message = format!("`{}` may stay undecided for ever after a start", written.role.key);
        let mut finding = Diagnostic::warning(codes::UNDECIDED, written.publish(), message)
            .label(format!("no rule can hold before a message of {} comes", names(&waits)));
        for topic in waits.iter().take(3) {
            let (key, span) = (&fleet.topics[topic.0].key, spec.topics[topic.0].name.span);
            finding = if lost.contains(topic) {
                finding
                    .related(span, "not retained, and sent only when it changes")
                    .help(format!("add `retain: true` to `{key}`: then the broker sends its last message at once"))
            } else {
                finding.related(span, "published only by decisions that wait in turn")
            };
        }
        if lost.is_empty() {
            let last = "add a last rule that needs nothing: `{ when: 'true', then: … }`";
            finding = finding.help(last);
        }
        findings.push(finding);
    }
}

/// A decision that gives "on" as long as the message that would give "off" has not come.
pub(super) fn no_flash(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for written in all(spec, fleet) {
        let Some(on) = switches(fleet, written.decision.publish) else { continue };
        let subscriptions = written.role.kind.subscriptions();
        // At a start the broker gives what is retained; what was an event is gone.
        let published_as_state = |topic: &TopicId| {
            fleet.roles.iter().any(|role| role.kind.publishes() == Some(*topic) && publishes_state(&role.kind))
        };
        let gone = |topic: &TopicId| {
            *topic == written.decision.publish || !(fleet.topics[topic.0].retain || published_as_state(topic))
        };
        let gone: BTreeMap<TopicId, Fixed> =
            subscriptions.iter().copied().filter(gone).map(|topic| (topic, Fixed::Missing)).collect();
        for late in states_from_afar(fleet, &written).into_iter().filter(|topic| !gone.contains_key(topic)) {
            if let Some((on_rule, off_rule)) = flash(&written, on, late, &gone) {
                let key = |topic: TopicId| &fleet.topics[topic.0].key;
                let message = format!("`{}` may go on for a moment at a start", key(written.decision.publish));
                findings.push(
                    Diagnostic::warning(codes::START_FLASH, written.when(on_rule), message)
                        .label(format!("decides before the first message of `{}`", key(late)))
                        .related(written.when(off_rule), "would decide, but comes too late")
                        .help(format!(
                            "let this rule use `{0}` too, so that it waits for it: `{0} == … && …`",
                            key(late)
                        )),
                );
                break;
            }
        }
    }
}

/// The rule that gives "on" without `late`, and the one that gives "off" with it.
fn flash(
    written: &WrittenDecision<'_>,
    on: &[bool],
    late: TopicId,
    gone: &BTreeMap<TopicId, Fixed>,
) -> Option<(usize, usize)> {
    let values: Vec<(usize, Value)> = written.decision.values().take(32).collect();
    let wanted = |state: bool| values.iter().filter(move |(_, value)| is_on(on, value) == Some(state));
    for (on_rule, on_value) in wanted(true) {
        for (off_rule, off_value) in wanted(false) {
            let mut without = gone.clone();
            without.insert(late, Fixed::Missing);
            let before = Side { fixes: without, rule: *on_rule, value: on_value };
            let after = Side { fixes: gone.clone(), rule: *off_rule, value: off_value };
            if off_rule < on_rule && written.decision.pair(&before, &after, &[]).is_some() {
                return Some((*on_rule, *off_rule));
            }
        }
    }
    None
}
