//! `sensor:` on the analog input, with its thresholds. Sensors with a driver have no counterpart among the built-in roles.

use super::super::super::fleet_text::text;
use super::super::super::yaml::Tree;
use super::super::automation::{read as automations, steps};
use super::super::device::Device;
use super::super::draft::{Draft, Topic};
use super::super::duration::milliseconds;
use super::super::pin::Pin;
use super::super::report::NoteKind;
use super::super::roles;
use super::super::rules::{self, Event, Part, between};
use fleetwright_generator::syntax::PayloadSpec;

/// ESPHome's `update_interval`.
const DEFAULT_INTERVAL_MS: u32 = 60_000;
/// ESPHome's `accuracy_decimals` of the analog input, and the most that are taken over.
const DECIMALS: (usize, usize) = (2, 3);
/// What the analog input reads at most if it is published as it is.
const HIGHEST_RAW: f64 = 1023.0;

/// What the filters of a sensor do.
struct Filters {
    /// The figures at the lowest and the highest reading: 0 to 1 volt, unless filters change them.
    range: [f64; 2],
    /// The least difference that is published; `None`: any.
    change: Option<f64>,
}

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) -> Result<(), String> {
    if component.text_of("platform") != Some("adc") {
        return Err("a `custom` role can use a driver crate for it".to_owned());
    }
    if component.peek_of("pin").and_then(Tree::peek).is_some_and(|pin| pin.eq_ignore_ascii_case("vcc")) {
        return Err("it measures the chip's own supply voltage, for which there is no role".to_owned());
    }
    let pin = Pin::read(component)?;
    let names = device.names(component, draft);
    device.place(&pin, &names.key).map_err(|first| format!("`{first}` measures there already"))?;
    let decimals = component.parsed_of("accuracy_decimals", |text| text.parse().ok().filter(|it| *it <= DECIMALS.1));
    let decimals = decimals.unwrap_or(DECIMALS.0);
    let step = 10f64.powi(-i32::try_from(decimals).unwrap_or_default());
    let figure = |value: f64| format!("{:.decimals$}", (value / step).round() * step + 0.0);
    let Filters { range, change } = read_filters(component, draft);
    let every = interval(component);
    let path = device.path(component, "sensor", &names, false, draft);
    let (min, max) = (range[0].min(range[1]), range[0].max(range[1]));
    // A range without an end to end is no range.
    let max = if figure(min) == figure(max) { min + step } else { max };
    let zero = |text: String| if text.parse::<f64>() == Ok(0.0) { "0".to_owned() } else { text };
    let payload = PayloadSpec::Number {
        min: text(zero(figure(min))),
        max: text(figure(max)),
        step: Some(text(figure(step))),
        unit: Some(text(component.text_of("unit_of_measurement").unwrap_or("V"))),
    };
    draft.topics.push(Topic { key: names.key.clone(), path, payload, settable: false });
    let ends = [zero(figure(range[0])), figure(if range[0] == range[1] { max } else { range[1] })];
    let role = roles::analog(&names.key, every, ends, figure(change.unwrap_or(step).max(step)));
    draft.add_role(&names.key, role, pin.name);
    add_rules(device, component, &names.key, draft);
    Ok(())
}

fn read_filters(component: &Tree, draft: &mut Draft) -> Filters {
    let highest = if component.is_true("raw") { HIGHEST_RAW } else { 1.0 };
    let mut filters = Filters { range: [0.0, highest], change: None };
    for filter in component.get("filters").map(Tree::items).unwrap_or_default() {
        for (kind, value) in filter.entries() {
            let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.abs() < 1e6);
            let line = match kind.as_str() {
                "multiply" => value.parsed(|text| number(text).filter(|by| *by != 0.0)).map(|by| (by, 0.0)),
                "offset" => value.parsed(number).map(|by| (1.0, by)),
                "calibrate_linear" => calibration(value),
                "delta" => {
                    if let Some(least) = value.parsed(|text| number(text).filter(|least| *least > 0.0)) {
                        filters.change = Some(least);
                    }
                    continue;
                }
                _ => None,
            };
            match line {
                Some((factor, offset)) => {
                    filters.range = filters.range.map(|figure| figure * factor + offset);
                    filters.change = filters.change.map(|change| change * factor.abs());
                }
                None => {
                    let what = format!("the filter `{kind}` has no counterpart: the figure is that without it");
                    draft.note(value, NoteKind::Changed, what);
                }
            }
        }
        if let Some(word) = filter.peek() {
            draft.note(filter, NoteKind::Changed, format_args!("the filter `{word}` has no counterpart"));
        }
    }
    filters
}

/// Factor and offset of `calibrate_linear` with two points; `None`: it has more, or none.
fn calibration(value: &Tree) -> Option<(f64, f64)> {
    let points = value.peek_of("datapoints").unwrap_or(value);
    let point = |tree: &Tree| {
        tree.parsed(|text| {
            let (from, to) = text.split_once("->")?;
            Some((from.trim().parse::<f64>().ok()?, to.trim().parse::<f64>().ok()?))
        })
    };
    let points: Vec<(f64, f64)> = points.items().iter().map(point).collect::<Option<_>>()?;
    let [(x0, y0), (x1, y1)] = points.as_slice() else { return None };
    let factor = (y1 - y0) / (x1 - x0);
    let usable = factor.is_finite() && factor != 0.0 && factor.abs() < 1e6;
    usable.then_some((factor, y0 - x0 * factor))
}

/// The time between two measurements, in milliseconds.
fn interval(component: &Tree) -> u32 {
    component
        .parsed_of("update_interval", |text| milliseconds(text).filter(|ms| *ms > 0))
        .unwrap_or(DEFAULT_INTERVAL_MS)
}

/// The rules of `on_value_range`, and of `on_value` with one `if` on the sensor itself.
fn add_rules(device: &mut Device<'_>, component: &Tree, key: &str, draft: &mut Draft) {
    let mut events = Vec::new();
    if let Some(tree) = component.get("on_value_range") {
        let parts = automations(tree).into_iter();
        let parts = parts.map(|one| Part { when: between(key, one.tree), steps: one.steps }).collect();
        events.push(Event { key: "on_value_range", tree, parts });
    }
    if let Some(tree) = component.get("on_value") {
        let list = tree.get("then").unwrap_or(tree);
        let id = component.peek_of("id").and_then(Tree::peek).unwrap_or_default();
        let parts = list.items().iter().flat_map(|action| choice(key, id, action)).collect();
        events.push(Event { key: "on_value", tree, parts });
    }
    rules::take(events, device, draft);
}

/// The two halves of an `if` on the sensor itself, whose ESPHome id is `id`.
fn choice<'t>(key: &str, id: &str, action: &'t Tree) -> Vec<Part<'t>> {
    let refused = || {
        let why = "only an `if` with `sensor.in_range` is a rule".to_owned();
        vec![Part { when: Err(why), steps: Vec::new() }]
    };
    let (Some(choice), 1) = (action.get("if"), action.entries().len()) else { return refused() };
    let Some([condition]) = choice.get("condition").map(Tree::items) else { return refused() };
    let Some(range) = condition.get("sensor.in_range").filter(|_| condition.entries().len() == 1) else {
        return refused();
    };
    if range.text_of("id") != Some(id) {
        return refused();
    }
    let when = between(key, range);
    let negated = when.as_ref().map(|when| format!("!({when})")).map_err(Clone::clone);
    let half =
        |when: &Result<String, String>, name: &str| Some(Part { when: when.clone(), steps: steps(choice.get(name)?) });
    [half(&when, "then"), half(&negated, "else")].into_iter().flatten().collect()
}
