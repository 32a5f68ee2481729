//! `binary_sensor:` on a pin. One that only toggles a switch becomes a `push_button`, any other a `digital_input`.

use super::super::super::fleet_text::{DEBOUNCE_MS, text, unplaced};
use super::super::super::yaml::Tree;
use super::super::actions::{self, Action, TopicChange};
use super::super::device::{Device, note_unread};
use super::super::draft::{Draft, Topic};
use super::super::duration::milliseconds;
use super::super::pin::Pin;
use super::on_off;
use fleetwright_generator::syntax::{Named, PayloadSpec, PullSpec, RoleKindSpec, SaysSpec};

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) {
    let platform = component.text_of("platform").unwrap_or_default();
    if platform != "gpio" {
        draft.note(&component.position, format_args!("a binary sensor of the kind `{platform}` has no counterpart"));
        return;
    }
    let Some(mut pin) = Pin::read(component.get("pin")) else {
        draft.note(&component.position, "its pin is none of the chip's own");
        return;
    };
    let hold = read_filters(component, &mut pin, draft);
    let press = component.get("on_press").or(component.get("on_click"));
    let press = press.map_or(Vec::new(), |press| actions::actions(press, &device.targets, draft));
    match press.as_slice() {
        [Action { topic, change: TopicChange::Toggle, .. }]
            if component.get("on_release").is_none() && is_button(&pin) =>
        {
            push_button(device, component, pin, topic, draft);
        }
        _ => digital_input(device, component, pin, hold, press, draft),
    }
}

/// Reads `filters`: inverts the pin, and returns how long the state stays active after the pin, in milliseconds.
fn read_filters(component: &Tree, pin: &mut Pin, draft: &mut Draft) -> u32 {
    let mut hold = 0;
    for filter in component.get("filters").map(Tree::items).unwrap_or_default() {
        for (kind, value) in filter.entries() {
            match (kind.as_str(), value.text().and_then(milliseconds)) {
                ("invert", _) => pin.inverted = !pin.inverted,
                ("delayed_off", Some(ms)) => hold = ms,
                _ => draft.note(&value.position, format_args!("the filter `{kind}` has no counterpart")),
            }
        }
        if filter.text() == Some("invert") {
            pin.inverted = !pin.inverted;
        }
    }
    hold
}

/// Whether a pin is wired as a button: pressed, it is at the level against its pull.
fn is_button(pin: &Pin) -> bool {
    match pin.pull {
        PullSpec::Up | PullSpec::None => pin.inverted,
        PullSpec::Down => !pin.inverted,
    }
}

/// A button that toggles the topic of a switch, whose first label is ON from now on.
fn push_button(device: &Device<'_>, component: &Tree, pin: Pin, topic: &str, draft: &mut Draft) {
    let names = device.names(component, draft);
    if let Some(Topic { payload: payload @ PayloadSpec::OneOf(_), .. }) = draft.topic(topic) {
        *payload = on_off::payload(["ON", "OFF"]);
    }
    for role in draft.nodes.iter_mut().flat_map(|node| &mut node.roles) {
        match &mut role.kind {
            RoleKindSpec::SwitchOutput { topic: followed, states, .. } if followed.name().value == topic => {
                let labels = [("ON", true), ("OFF", false)].map(|(label, value)| Named { name: text(label), value });
                *states = Some(unplaced(labels.into()));
            }
            _ => {}
        }
    }
    let pull = unplaced(pin.pull);
    let topic = SaysSpec::Publish(text(topic));
    let role = RoleKindSpec::PushButton { topic, level: false, pull, debounce: DEBOUNCE_MS, states: None };
    draft.add_role(&names.key, role, pin.name);
    draft.note(&component.position, "the button toggles the switch's topic; it has no state of its own any more");
    note_unread(component, &["pin", "filters", "on_press", "on_click"], draft);
}

fn digital_input(device: &Device<'_>, component: &Tree, pin: Pin, hold: u32, press: Vec<Action>, draft: &mut Draft) {
    let names = device.names(component, draft);
    let path = device.path(component, "state_topic", ["binary_sensor", &names.object, "state"]);
    let payload = on_off::payload(["OFF", "ON"]);
    draft.topics.push(Topic { key: names.key.clone(), path, payload, command: false });
    let (topic, pull) = (SaysSpec::Publish(text(names.key.as_str())), unplaced(pin.pull));
    let role = RoleKindSpec::DigitalInput { topic, pull, active_high: !pin.inverted, hold, states: None };
    draft.add_role(&names.key, role, pin.name);
    let mut rules = actions::rules_of(&format!("{} == \"ON\"", names.key), press, draft);
    if let Some(release) = component.get("on_release") {
        rules.extend(actions::rules(&format!("{} == \"OFF\"", names.key), release, &device.targets, draft));
    }
    draft.decide(rules);
    note_unread(component, &["pin", "filters", "on_press", "on_click", "on_release", "state_topic"], draft);
}
