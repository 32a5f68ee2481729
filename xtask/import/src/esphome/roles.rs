//! Roles and payloads as the fleet language has them, made of what a component is. The only place that spells them.

use super::super::fleet_text::{TICK_MS, text, unplaced};
use super::extras::AtBoot;
use super::pin::Pin;
use fleetwright_generator::syntax::{AtBootSpec, FollowsSpec, PayloadSpec, RoleKindSpec, RuleSpec, SaysSpec};
use fleetwright_generator::text::At;

/// What the analog input reads at most.
const HIGHEST_READING: i32 = 1023;

/// The payload of what is on or off.
pub(super) fn on_off() -> PayloadSpec {
    PayloadSpec::OneOf(["OFF", "ON"].map(text).into())
}

/// A relay or lamp that owns the settable topic `key`.
pub(super) fn switch(key: &str, pin: &Pin, at_boot: Option<AtBoot>) -> RoleKindSpec {
    let topic = FollowsSpec::Owns(text(key));
    RoleKindSpec::SwitchOutput { topic, active_high: !pin.inverted, at_boot: boot(at_boot), states: None }
}

/// A lamp that owns the settable topic `key`, which says how bright it is.
pub(super) fn dimmer(key: &str, pin: &Pin, at_boot: Option<AtBoot>, fade_ms: u32) -> RoleKindSpec {
    let topic = FollowsSpec::Owns(text(key));
    RoleKindSpec::DimmerOutput { topic, active_high: !pin.inverted, at_boot: boot(at_boot), fade: unplaced(fade_ms) }
}

/// `at_boot`; `None`: off.
fn boot(at_boot: Option<AtBoot>) -> Option<At<AtBootSpec>> {
    let at_boot = match at_boot? {
        AtBoot::Off | AtBoot::Untouched => return None,
        AtBoot::On | AtBoot::OnAsBefore => AtBootSpec::On,
        AtBoot::Last { .. } | AtBoot::Opposite { .. } => AtBootSpec::Last,
    };
    Some(unplaced(at_boot))
}

/// Rules that set the settable topic `key`.
pub(super) fn decision(key: &str, rules: Vec<RuleSpec>) -> RoleKindSpec {
    RoleKindSpec::Decision { topic: SaysSpec::Sets(text(key)), rules, tick: TICK_MS }
}

/// A button that sets the settable topic `key`: each press asks for the other label.
pub(super) fn toggle_button(key: &str, pin: &Pin, debounce_ms: u32) -> RoleKindSpec {
    let (topic, pull) = (SaysSpec::Sets(text(key)), unplaced(pin.pull));
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
