//! A component that is on or off, a switch or a light: it becomes a `switch_output`.

use super::super::super::fleet_text::{text, unplaced};
use super::super::super::yaml::Tree;
use super::super::device::{Device, note_unread};
use super::super::draft::{Draft, Topic};
use super::super::pin::Pin;
use fleetwright_generator::syntax::{AtBootSpec, FollowsSpec, PayloadSpec, RoleKindSpec};

/// Adds the topic and the role. `kind` is the component's, for the path of the topic; `read` are its keys that have a
/// counterpart.
pub(super) fn add(
    device: &mut Device<'_>,
    component: &Tree,
    kind: &str,
    pin: Option<Pin>,
    read: &[&str],
    draft: &mut Draft,
) {
    let Some(pin) = pin else {
        draft.note(&component.position, "its pin is none of the chip's own");
        return;
    };
    let names = device.names(component, draft);
    let on_at_boot = read_restore_mode(component, draft);
    let path = device.path(component, "command_topic", [kind, &names.object, "command"]);
    device.add_target(component, &names);
    let payload = payload(["OFF", "ON"]);
    draft.topics.push(Topic { key: names.key.clone(), path, payload, command: true });
    let topic = FollowsSpec::Subscribe(text(names.key.as_str()));
    let at_boot = on_at_boot.then(|| unplaced(AtBootSpec::On));
    let role = RoleKindSpec::SwitchOutput { topic, active_high: !pin.inverted, at_boot, states: None };
    draft.add_role(&names.key, role, pin.name);
    note_unread(component, read, draft);
}

/// The payload of a topic with two labels; a button that toggles it publishes the first one first.
pub(super) fn payload(labels: [&str; 2]) -> PayloadSpec {
    PayloadSpec::OneOf(labels.map(text).into())
}

/// Whether the component is on at boot.
fn read_restore_mode(component: &Tree, draft: &mut Draft) -> bool {
    let Some(tree) = component.get("restore_mode") else { return false };
    let Some(mode) = tree.text() else { return false };
    if mode.starts_with("RESTORE") {
        draft.note(&tree.position, "nothing is kept in flash: the retained topic brings the last state back");
    }
    mode.ends_with("_ON")
}
