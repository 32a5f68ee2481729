//! What the smoke run tries: everything that can happen to inputs, and everything that clients may publish.

use crate::reference::{LONGEST, Value, samples};
use crate::roles;
use crate::stimulus::Stimulus;
use fleetwright_generator::model::{RoleKind, Sends, TopicId};
use fleetwright_generator::plan::{Plan, RolePlan};

/// Everything that can happen to the inputs of a layout, with the indexes of their nodes: sensors go up and down, contacts
/// close, buttons are pressed, and again, so that rules meet each other.
pub(super) fn stimuli(plan: &Plan) -> Vec<(usize, &RolePlan, Stimulus)> {
    let roles = || roles::all(plan).filter(|(_, role)| delay(role) <= LONGEST);
    let contacts = |active| {
        roles()
            .filter(|(_, role)| matches!(role.kind, RoleKind::DigitalInput { .. }))
            .map(move |(node, role)| (node, role, Stimulus::Contact(active)))
    };
    let sensors = || {
        let sensors = roles().filter(|(_, role)| matches!(role.kind, RoleKind::AnalogInput { .. }));
        sensors.flat_map(|(node, role)| [(node, role, Stimulus::Reading(1023)), (node, role, Stimulus::Reading(0))])
    };
    let buttons = || {
        roles().filter(|(_, role)| matches!(role.kind, RoleKind::PushButton { .. })).flat_map(|(node, role)| {
            let press = [(node, role, Stimulus::Button(true)), (node, role, Stimulus::Button(false))];
            std::iter::repeat_n(press, presses(plan, role)).flatten()
        })
    };
    sensors().chain(contacts(true)).chain(sensors()).chain(buttons()).chain(sensors()).chain(contacts(false)).collect()
}

/// How often a button is pressed, so that each of its labels is sent, and the first one again.
fn presses(plan: &Plan, role: &RolePlan) -> usize {
    match &role.kind {
        RoleKind::PushButton { publish, sends: Sends::Press, .. } => {
            plan.topics[publish.0].payload.labels().len().min(8) + 1
        }
        _ => 1,
    }
}

/// What the clients of the fleet may publish: the client, the topic, the value.
pub(super) fn client_messages(plan: &Plan) -> Vec<(&str, TopicId, Value)> {
    let mut messages = Vec::new();
    for user in plan.users.iter().filter(|user| plan.clients.contains(&user.name)) {
        for (index, topic) in plan.topics.iter().enumerate().filter(|(_, topic)| user.write.contains(&topic.path)) {
            let samples = samples(&topic.payload).into_iter();
            messages.extend(samples.map(|value| (user.name.as_str(), TopicId(index), value)));
        }
    }
    messages
}

/// How long a role itself waits before it publishes or finishes something, at most, in milliseconds.
pub(super) fn delay(role: &RolePlan) -> u32 {
    match role.kind {
        RoleKind::AnalogInput { every_ms, .. } => every_ms,
        RoleKind::DigitalInput { hold_ms, .. } => hold_ms,
        RoleKind::PushButton { debounce_ms, .. } => debounce_ms,
        RoleKind::DimmerOutput { fade_ms, .. } => fade_ms,
        _ => 0,
    }
}

/// The roles that are not tried since they wait too long, in sentences.
pub(super) fn left_out(plan: &Plan) -> Vec<String> {
    let slow = roles::all(plan).filter(|(_, role)| delay(role) > LONGEST);
    slow.map(|(_, role)| format!("left `{}` alone: it takes {} s by itself", role.key, delay(role) / 1_000)).collect()
}

/// What happened to a role, in words.
pub(super) fn sentence(role: &RolePlan, stimulus: Stimulus) -> String {
    match stimulus {
        Stimulus::Button(true) => format!("pressed `{}`", role.key),
        Stimulus::Button(false) => format!("let go of `{}`", role.key),
        Stimulus::Contact(true) => format!("made `{}` active", role.key),
        Stimulus::Contact(false) => format!("made `{}` inactive", role.key),
        Stimulus::Reading(reading) => format!("`{}` read {reading}", role.key),
    }
}
