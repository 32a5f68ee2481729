//! `on_click`, `on_double_click` and `on_multi_click`: gestures of a button, and how long they take.

use super::super::super::yaml::{Fate, Tree, truth};
use super::super::automation::{Automation, Step, read as automations};
use super::super::duration::{self, milliseconds};
use super::super::extras::{Click, Gesture};

/// ESPHome's `min_length` and `max_length` of clicks, in milliseconds.
const LENGTH_MS: (u32, u32) = (50, 350);
/// What is held for so long without an upper limit is a long press, in milliseconds.
const LONG_MS: u32 = 500;

/// The gestures of a binary sensor. `taken` is the event that the fleet takes over as any press.
pub(super) fn read(component: &Tree, taken: Option<&str>) -> Vec<Click> {
    let mut clicks = Vec::new();
    for key in ["on_click", "on_double_click", "on_multi_click"] {
        let Some(tree) = component.get(key) else { continue };
        let taken = taken == Some(key);
        for automation in automations(tree) {
            let (gesture, length) = match key {
                "on_click" => (Gesture::Short, limits(automation.tree)),
                "on_double_click" => (Gesture::Double, limits(automation.tree)),
                _ => pattern(automation.tree.get("timing")),
            };
            clicks.push(Click { gesture, length, does: does(&automation), taken });
        }
        if !taken {
            // The notes about the gestures tell about all that is in it.
            tree.mark(Fate::Noted);
        }
    }
    clicks
}

/// `min_length` and `max_length`
fn limits(automation: &Tree) -> (u32, Option<u32>) {
    let length = |key: &str| automation.get(key).and_then(duration::of);
    let most = length("max_length").unwrap_or(LENGTH_MS.1);
    // ESPHome takes 0 for no limit.
    (length("min_length").unwrap_or(LENGTH_MS.0), (most > 0).then_some(most))
}

/// What an automation does, in words.
fn does(automation: &Automation<'_>) -> String {
    let steps: Vec<String> = automation
        .steps
        .iter()
        .map(|step| match step {
            Step::Set(set) => format!("`{}` of `{}`", set.name, set.id),
            Step::Wait { ms, .. } => format!("a pause of {}", duration::written(*ms)),
            Step::Log(_) => "a line in the log".to_owned(),
            Step::Other { name } => format!("`{name}`"),
        })
        .collect();
    steps.join(", ")
}

/// A press of `timing`: `ON for 40ms to 400ms`, `ON for at least 1s`, or a map.
struct Hold {
    on: Option<bool>,
    least: u32,
    most: Option<u32>,
}

fn pattern(timing: Option<&Tree>) -> (Gesture, (u32, Option<u32>)) {
    let holds: Vec<Hold> = timing.map(Tree::items).unwrap_or_default().iter().filter_map(hold).collect();
    // Without a state the steps take turns, and the first is a press.
    let presses = holds.iter().enumerate().filter(|(index, hold)| hold.on.unwrap_or(index.is_multiple_of(2)));
    let presses: Vec<&Hold> = presses.map(|(_, hold)| hold).collect();
    let length = presses.first().map_or((0, None), |first| (first.least, first.most));
    let gesture = match presses.as_slice() {
        [one] if one.least >= LONG_MS => Gesture::Long,
        [one] if one.most.is_some() => Gesture::Short,
        [_, _] => Gesture::Double,
        _ => Gesture::Pattern,
    };
    (gesture, length)
}

fn hold(step: &Tree) -> Option<Hold> {
    if !step.entries().is_empty() {
        let length = |key: &str| step.get(key).and_then(duration::of);
        let on = step.parsed_of("state", truth);
        return Some(Hold { on, least: length("min_length").unwrap_or(0), most: length("max_length") });
    }
    step.parsed(|text| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (on, least, most) = match words.as_slice() {
            [on, "for", "at", "least", least] => (on, milliseconds(least)?, None),
            [on, "for", "at", "most", most] => (on, 0, Some(milliseconds(most)?)),
            [on, "for", least, "to", most] => (on, milliseconds(least)?, Some(milliseconds(most)?)),
            _ => return None,
        };
        Some(Hold { on: Some(truth(on)?), least, most })
    })
}
