//! Roles and payloads as the fleet language has them, made of what a component is. The only place that spells them.

use super::super::fleet_text::{text, unplaced};
use super::pin::Pin;
use fleetwright_generator::syntax::{AtBootSpec, FollowsSpec, Named, PayloadSpec, RoleKindSpec, SaysSpec};

/// What the analog input reads at most.
const HIGHEST_READING: i32 = 1023;

/// The payload of what is on or off.
pub(super) fn on_off() -> PayloadSpec {
    labels(["OFF", "ON"])
}

fn labels(labels: [&str; 2]) -> PayloadSpec {
    PayloadSpec::OneOf(labels.map(text).into())
}

/// A relay or lamp that follows the topic `key`.
pub(super) fn switch(key: &str, pin: &Pin, on_at_boot: bool) -> RoleKindSpec {
    let topic = FollowsSpec::Subscribe(text(key));
    let at_boot = on_at_boot.then(|| unplaced(AtBootSpec::On));
    RoleKindSpec::SwitchOutput { topic, active_high: !pin.inverted, at_boot, states: None }
}

/// A lamp whose brightness follows the topic `key`.
pub(super) fn dimmer(key: &str, pin: &Pin, fade_ms: u32) -> RoleKindSpec {
    let topic = FollowsSpec::Subscribe(text(key));
    RoleKindSpec::DimmerOutput { topic, active_high: !pin.inverted, at_boot: None, fade: unplaced(fade_ms) }
}

/// A button that toggles the topic `key`: each press publishes the next label.
pub(super) fn toggle_button(key: &str, pin: &Pin, debounce_ms: u32) -> RoleKindSpec {
    let (topic, pull) = (SaysSpec::Publish(text(key)), unplaced(pin.pull));
    RoleKindSpec::PushButton { topic, level: false, pull, debounce: debounce_ms, states: None }
}

/// A button that says on the topic `key` whether it is pressed.
pub(super) fn level_button(key: &str, pin: &Pin, debounce_ms: u32) -> RoleKindSpec {
    let (topic, pull) = (SaysSpec::Publish(text(key)), unplaced(pin.pull));
    RoleKindSpec::PushButton { topic, level: true, pull, debounce: debounce_ms, states: None }
}

/// A contact or a sensor with two states, on the topic `key`.
pub(super) fn contact(key: &str, pin: &Pin, hold_ms: u32) -> RoleKindSpec {
    let (topic, pull) = (SaysSpec::Publish(text(key)), unplaced(pin.pull));
    RoleKindSpec::DigitalInput { topic, pull, active_high: !pin.inverted, hold: hold_ms, states: None }
}

/// The analog input on the topic `key`: the figures at the lowest and the highest reading, and the least difference that
/// is published, as texts.
pub(super) fn analog(key: &str, every_ms: u32, [lowest, highest]: [String; 2], change: String) -> RoleKindSpec {
    let points = vec![(unplaced(0), text(lowest)), (unplaced(HIGHEST_READING), text(highest))];
    RoleKindSpec::AnalogInput {
        publish: text(key),
        every: every_ms,
        change: Some(text(change)),
        map: Some(unplaced(points)),
    }
}

/// Makes a topic and the role that follows it such that a button's first press publishes ON: a button begins with the
/// first label.
pub(super) fn begin_with_on(payload: &mut PayloadSpec, role: &mut RoleKindSpec) {
    if let (PayloadSpec::OneOf(_), RoleKindSpec::SwitchOutput { states, .. }) = (&payload, role) {
        *payload = labels(["ON", "OFF"]);
        let on_and_off = [("ON", true), ("OFF", false)].map(|(label, value)| Named { name: text(label), value });
        *states = Some(unplaced(on_and_off.into()));
    }
}
