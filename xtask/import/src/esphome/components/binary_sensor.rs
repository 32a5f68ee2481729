//! `binary_sensor:` on a pin. One that only toggles a switch becomes a `push_button`, any other a `digital_input`, or a
//! `push_button` that sends its level if it is soldered where a closed contact would keep the board from starting.

use super::super::super::fleet_text::DEBOUNCE_MS;
use super::super::super::yaml::{Tree, truth};
use super::super::automation::{Automation, Change, Set, Step, read as automations};
use super::super::device::{Device, Names};
use super::super::draft::{Draft, Topic, role_name};
use super::super::duration;
use super::super::extras::Extra;
use super::super::pin::Pin;
use super::super::report::NoteKind;
use super::super::roles;
use super::super::rules::{self, Event, Part};
use super::clicks;
use fleetwright_generator::syntax::PullSpec;

/// What is shorter than this at a button keeps its contact from bouncing, in milliseconds.
const LONGEST_DEBOUNCE_MS: u32 = 500;
/// Words that name what stays closed: a contact, or a sensor. Device classes of ESPHome among them.
const STAYS: [&str; 12] = [
    "door",
    "window",
    "opening",
    "contact",
    "reed",
    "motion",
    "occupancy",
    "presence",
    "pir",
    "moisture",
    "leak",
    "smoke",
];

/// What the filters of a binary sensor do, in milliseconds.
#[derive(Default)]
struct Filters {
    /// How long it has to be active until it is.
    delay_on: Option<u32>,
    /// How long it stays active.
    delay_off: Option<u32>,
}

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) -> Result<(), String> {
    if component.text_of("platform") != Some("gpio") {
        return Err("it has no counterpart".to_owned());
    }
    let mut pin = Pin::read(component)?;
    let names = device.names(component, draft);
    device.place_alone(&pin, &names.key)?;
    let filters = read_filters(component, &mut pin, draft);
    if let Some((event, toggle)) = toggle(component, &pin) {
        let target = device.targets.iter().find(|target| target.id == toggle && !target.dims);
        if let Some(topic) = target.map(|target| target.topic.clone()) {
            toggle_button(device, component, &pin, &names, (event, &topic), &filters, draft);
            return Ok(());
        }
    }
    state(device, component, &pin, &names, &filters, draft);
    Ok(())
}

/// Reads `filters`; turns the pin round where they do.
fn read_filters(component: &Tree, pin: &mut Pin, draft: &mut Draft) -> Filters {
    let mut read = Filters::default();
    let mut turn = |read: &mut Filters| {
        pin.inverted = !pin.inverted;
        // What was delayed before belongs to the other edge from here on.
        std::mem::swap(&mut read.delay_on, &mut read.delay_off);
    };
    for filter in component.get("filters").map(Tree::items).unwrap_or_default() {
        if filter.peek() == Some("invert") {
            filter.text();
            turn(&mut read);
        }
        for (kind, value) in filter.entries() {
            let both = || duration::of(value).filter(|_| value.entries().is_empty());
            match kind.as_str() {
                "invert" => {
                    value.items();
                    turn(&mut read);
                }
                "delayed_on" => read.delay_on = duration::of(value),
                "delayed_off" => read.delay_off = duration::of(value),
                "delayed_on_off" if value.entries().is_empty() => {
                    (read.delay_on, read.delay_off) = (both(), both());
                }
                "delayed_on_off" => {
                    read.delay_on = value.get("time_on").and_then(duration::of);
                    read.delay_off = value.get("time_off").and_then(duration::of);
                }
                _ => draft.note(value, NoteKind::Changed, format_args!("the filter `{kind}` has no counterpart")),
            }
        }
    }
    read
}

/// The event by which a binary sensor toggles something, and the id of that; `None`: it does something else as well, or
/// is not wired as a button.
fn toggle<'t>(component: &'t Tree, pin: &Pin) -> Option<(&'static str, &'t str)> {
    let has = |key: &str| component.peek_of(key).is_some();
    let events: Vec<&'static str> = ["on_press", "on_release", "on_state"].into_iter().filter(|key| has(key)).collect();
    let event = match events.as_slice() {
        [event @ ("on_press" | "on_release")] => *event,
        [] if has("on_click") => "on_click",
        _ => return None,
    };
    // A button that is pressed is at the level against its pull.
    let low = pin.inverted == (event != "on_release");
    let wired = match pin.pull {
        PullSpec::Up => low || event != "on_click",
        PullSpec::None => low,
        PullSpec::Down => !low,
    };
    let written = component.peek_of(event)?;
    let [automation]: [Automation<'_>; 1] = automations(written).try_into().ok()?;
    match automation.steps.as_slice() {
        [Step::Set(Set { id, change: Change::Toggle, .. })] if wired => Some((event, *id)),
        _ => {
            written.forget();
            None
        }
    }
}

/// A button that sets the topic of a switch.
fn toggle_button(
    device: &mut Device<'_>,
    component: &Tree,
    pin: &Pin,
    names: &Names,
    (event, topic): (&'static str, &str),
    filters: &Filters,
    draft: &mut Draft,
) {
    component.get(event);
    let debounce = debounce(device, component, &names.key, filters, draft);
    draft.add_role(&names.key, roles::toggle_button(topic, pin, debounce), pin.name.clone());
    draft.count("automation", true);
    // What is internal had no topic in ESPHome either.
    if !component.is_true("internal") {
        let what =
            format!("the button has no topic of its own any more: a press asks `{}` to toggle", role_name(topic));
        draft.say(&component.position, NoteKind::Changed, what);
    }
    let at_release = (event == "on_release") == pin.inverted && pin.pull != PullSpec::Down;
    if at_release && event != "on_click" {
        draft.say(&component.position, NoteKind::Changed, "it toggled when it was let go; here when it is pressed");
    }
    add_clicks(device, component, &names.key, Some(event), draft);
}

/// How long a button's contact may bounce. Longer delays are kept for later.
fn debounce(device: &mut Device<'_>, component: &Tree, key: &str, filters: &Filters, draft: &mut Draft) -> u32 {
    let at = || component.get("filters").unwrap_or(component).position.clone();
    if let Some(ms) = filters.delay_off.filter(|ms| *ms > LONGEST_DEBOUNCE_MS) {
        let what = format!("`delayed_off: {}` has no counterpart at a button", duration::written(ms));
        draft.say(&at(), NoteKind::Changed, what);
    }
    match filters.delay_on {
        Some(ms) if ms > LONGEST_DEBOUNCE_MS => {
            device.extras.push(Extra::DelayOn { at: at(), key: key.to_owned(), ms });
            DEBOUNCE_MS
        }
        delay_on => {
            let longest = delay_on.max(filters.delay_off.filter(|ms| *ms <= LONGEST_DEBOUNCE_MS));
            longest.filter(|ms| *ms > 0).unwrap_or(DEBOUNCE_MS)
        }
    }
}

/// A binary sensor whose state is a topic.
fn state(device: &mut Device<'_>, component: &Tree, pin: &Pin, names: &Names, filters: &Filters, draft: &mut Draft) {
    let key = names.key.as_str();
    let path = device.path(component, "binary_sensor", names, false, draft);
    draft.topics.push(Topic { key: key.to_owned(), path, payload: roles::on_off(), settable: false });
    let kind = if is_soldered_button(device, component, pin) {
        let what = "taken for a button, which is pressed for a moment: a contact that stays closed there would keep the \
                    board from starting";
        draft.say(&component.position, NoteKind::Decide, what);
        let debounce = debounce(device, component, key, filters, draft);
        roles::level_button(key, pin, debounce)
    } else {
        if let Some(ms) = filters.delay_on.filter(|ms| *ms > 0) {
            let at = component.get("filters").unwrap_or(component).position.clone();
            device.extras.push(Extra::DelayOn { at, key: key.to_owned(), ms });
        }
        roles::contact(key, pin, filters.delay_off.unwrap_or(0))
    };
    draft.add_role(key, kind, pin.name.clone());
    let mut events = Vec::new();
    for (event, label) in [("on_press", "ON"), ("on_release", "OFF")] {
        if let Some(tree) = component.get(event) {
            let when = || Ok(format!("{key} == \"{label}\""));
            let parts = automations(tree).into_iter().map(|one| Part { when: when(), steps: one.steps }).collect();
            events.push(Event { key: event, tree, parts });
        }
    }
    rules::take(events, device, draft);
    add_clicks(device, component, key, None, draft);
}

fn add_clicks(device: &mut Device<'_>, component: &Tree, key: &str, taken: Option<&str>, draft: &mut Draft) {
    let clicks = clicks::read(component, taken);
    clicks.iter().filter(|click| !click.taken).for_each(|_| draft.count("automation", false));
    if !clicks.is_empty() {
        device.extras.push(Extra::Clicks { at: component.position.clone(), key: key.to_owned(), clicks });
    }
}

/// Whether it is a button of the product's own on one of the pins that must be high at reset: wired to GND, and called
/// nothing that stays closed.
fn is_soldered_button(device: &Device<'_>, component: &Tree, pin: &Pin) -> bool {
    let words: String = ["name", "id", "device_class"]
        .iter()
        .filter_map(|key| component.peek_of(key)?.peek())
        .map(|text| format!("{} ", text.to_lowercase()))
        .collect();
    let stays = STAYS.iter().any(|word| words.contains(word));
    let internal = component.peek_of("internal").and_then(Tree::peek).and_then(truth) == Some(true);
    let pressed = ["on_press", "on_release", "on_click", "on_double_click", "on_multi_click"]
        .iter()
        .any(|key| component.peek_of(key).is_some());
    let called = ["button", "btn", "switch", "taster", "key"].iter().any(|word| words.contains(word));
    let number = device.number(&pin.name);
    ["0", "2"].contains(&number.as_str()) && pin.inverted && !stays && (internal || pressed || called || number == "0")
}
