//! `sensor:` on the analog input, with its thresholds. Sensors with a driver have no counterpart among the built-in roles.

use super::super::super::fleet_text::{text, unplaced};
use super::super::super::yaml::Tree;
use super::super::actions;
use super::super::device::{Device, note_unread};
use super::super::draft::{Draft, Topic};
use super::super::duration::milliseconds;
use fleetwright_generator::syntax::{PayloadSpec, RoleKindSpec};

/// Keys of sensors that have a counterpart.
const READ: [&str; 6] = ["pin", "filters", "update_interval", "state_topic", "on_value_range", "on_value"];
/// ESPHome's `update_interval`.
const DEFAULT_INTERVAL_MS: u32 = 60_000;
/// What the analog input reads at most.
const HIGHEST_READING: i32 = 1023;

/// What the filters of a sensor do.
struct Filters {
    /// The figure at the highest reading: volts, unless filters multiply them.
    highest: f64,
    /// The least difference that is published.
    change: f64,
}

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) {
    let platform = component.text_of("platform").unwrap_or_default();
    if platform != "adc" || component.text_of("pin").is_none_or(|pin| !matches!(pin, "A0" | "17" | "GPIO17")) {
        let remedy = "a `custom` role can use a driver crate for it";
        draft.note(&component.position, format_args!("a sensor of the kind `{platform}`: {remedy}"));
        return;
    }
    let names = device.names(component, draft);
    let Filters { highest, change } = read_filters(component, draft);
    let every = read_interval(component, draft);
    let path = device.path(component, "state_topic", ["sensor", &names.object, "state"]);
    let payload = PayloadSpec::Number {
        min: text("0"),
        max: text(format!("{:.2}", (highest * 100.0).round() / 100.0)),
        step: Some(text("0.01")),
        unit: Some(text(component.text_of("unit_of_measurement").unwrap_or("V"))),
    };
    draft.topics.push(Topic { key: names.key.clone(), path, payload, command: false });
    let points = vec![(unplaced(0), text("0")), (unplaced(HIGHEST_READING), text(format!("{highest:.2}")))];
    let role = RoleKindSpec::AnalogInput {
        publish: text(names.key.as_str()),
        every,
        change: Some(text(format!("{change:.2}"))),
        map: Some(unplaced(points)),
    };
    draft.add_role(&names.key, role, "A0".to_owned());
    if let Some(ranges) = component.get("on_value_range") {
        let rules = actions::ranges(&names.key, ranges, &device.targets, draft);
        draft.decide(rules);
    }
    if let Some(automation) = component.get("on_value") {
        let rules = actions::condition(&names.key, automation, &device.targets, draft);
        draft.decide(rules);
    }
    note_unread(component, &READ, draft);
}

fn read_filters(component: &Tree, draft: &mut Draft) -> Filters {
    let mut filters = Filters { highest: 1.0, change: 0.01 };
    for filter in component.get("filters").map(Tree::items).unwrap_or_default() {
        for (kind, value) in filter.entries() {
            let figure = value.text().and_then(|text| text.parse::<f64>().ok());
            match (kind.as_str(), figure) {
                ("multiply", Some(by)) if by > 0.0 && by * filters.highest < 1e6 => filters.highest *= by,
                ("delta", Some(least)) if least >= 0.01 => filters.change = least,
                _ => draft.note(&value.position, format_args!("the filter `{kind}` has no counterpart")),
            }
        }
    }
    filters
}

/// The time between two measurements, in milliseconds.
fn read_interval(component: &Tree, draft: &mut Draft) -> u32 {
    let Some(interval) = component.get("update_interval") else { return DEFAULT_INTERVAL_MS };
    let Some(text) = interval.text() else { return DEFAULT_INTERVAL_MS };
    milliseconds(text).unwrap_or_else(|| {
        draft.note(&interval.position, "this interval; it measures every 60 s");
        DEFAULT_INTERVAL_MS
    })
}
