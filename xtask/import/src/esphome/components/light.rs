//! `light:`: with a PWM output it becomes a `dimmer_output`, otherwise it is on or off.

use super::super::super::fleet_text::{text, unplaced};
use super::super::super::yaml::Tree;
use super::super::device::{Device, note_unread};
use super::super::draft::{Draft, Topic};
use super::super::duration::milliseconds;
use super::super::pin::Pin;
use super::on_off;
use fleetwright_generator::syntax::{FollowsSpec, PayloadSpec, RoleKindSpec};

/// Keys of lights that have a counterpart.
const READ: [&str; 5] = ["output", "restore_mode", "default_transition_length", "gamma_correct", "command_topic"];
/// ESPHome's `default_transition_length`.
const DEFAULT_FADE_MS: u32 = 1_000;

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) {
    let platform = component.text_of("platform").unwrap_or_default();
    if matches!(platform, "binary" | "monochromatic" | "status_led") {
        draft.note(&component.position, "commands were JSON: now they are ON and OFF, or a number from 0 to 100");
    }
    let output = device.output(component).map(|output| (output.pin.clone(), output.pwm));
    match (platform, output) {
        ("binary" | "monochromatic", Some((pin, false))) => {
            on_off::add(device, component, "light", Some(pin), &READ, draft);
        }
        ("monochromatic", Some((pin, true))) => dimmer(device, component, pin, draft),
        ("status_led", _) => {
            on_off::add(device, component, "light", Pin::read(component.get("pin")), &["pin"], draft);
        }
        ("binary" | "monochromatic", _) => {
            draft.note(&component.position, "a light on an output that was not taken over");
        }
        _ => draft.note(&component.position, format_args!("a light of the kind `{platform}` has no counterpart")),
    }
}

fn dimmer(device: &mut Device<'_>, component: &Tree, pin: Pin, draft: &mut Draft) {
    let names = device.names(component, draft);
    let fade = component.text_of("default_transition_length").and_then(milliseconds).unwrap_or(DEFAULT_FADE_MS);
    let path = device.path(component, "command_topic", ["light", &names.object, "command"]);
    device.add_target(component, &names);
    draft.topics.push(Topic { key: names.key.clone(), path, payload: PayloadSpec::Percent, command: true });
    let topic = FollowsSpec::Subscribe(text(names.key.as_str()));
    let role = RoleKindSpec::DimmerOutput { topic, active_high: !pin.inverted, at_boot: None, fade: unplaced(fade) };
    draft.add_role(&names.key, role, pin.name);
    note_unread(component, &READ, draft);
}
