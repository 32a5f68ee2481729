//! Automations as rules of a decision. Those of one component are taken over together or not at all: a half that switches
//! on without the half that switches off would be another house.

use super::super::fleet_text::text;
use super::super::yaml::Tree;
use super::automation::{Change, Set, Step};
use super::device::{Device, Target};
use super::draft::{Draft, TopicRule};
use super::extras::Extra;
use super::report::NoteKind;
use fleetwright_generator::syntax::RuleSpec;

/// What a component does when something happens.
pub(super) struct Event<'t> {
    /// `on_press`
    pub(super) key: &'static str,
    pub(super) tree: &'t Tree,
    pub(super) parts: Vec<Part<'t>>,
}

/// The steps that are done under one condition.
pub(super) struct Part<'t> {
    /// The condition as a rule has it. `Err`: there is none, and why.
    pub(super) when: Result<String, String>,
    pub(super) steps: Vec<Step<'t>>,
}

/// Takes over all events of a component as rules, or leaves all of them out and says why.
pub(super) fn take(events: Vec<Event<'_>>, device: &mut Device<'_>, draft: &mut Draft) {
    let obstacles: Vec<Option<String>> = events.iter().map(|event| obstacle(event, &device.targets)).collect();
    let first = events.iter().zip(&obstacles).find(|(_, obstacle)| obstacle.is_some()).map(|(event, _)| event.key);
    for (event, obstacle) in events.iter().zip(&obstacles) {
        draft.count("automation", first.is_none());
        match (obstacle, first) {
            (Some(why), _) => draft.leave_out(event.tree, format_args!("`{}`: {why}", event.key)),
            (None, Some(other)) => {
                let what = format!("`{}`: it belongs to `{other}`, and alone it would do something else", event.key);
                draft.leave_out(event.tree, what);
            }
            (None, None) => {
                for part in &event.parts {
                    take_part(part, device, draft);
                }
            }
        }
    }
}

/// Why an event can't be taken over.
fn obstacle(event: &Event<'_>, targets: &[Target]) -> Option<String> {
    if event.parts.iter().all(|part| part.when.is_ok() && part.steps.is_empty()) {
        return Some("there are no actions in it".to_owned());
    }
    let why = event.parts.iter().find_map(|part| match &part.when {
        Err(why) => Some(why.clone()),
        Ok(_) => {
            // Waiting at the end changes nothing.
            let last = part.steps.iter().rposition(|step| !matches!(step, Step::Wait { .. } | Step::Log(_)));
            part.steps[..last.map_or(0, |last| last + 1)].iter().find_map(|step| step_obstacle(step, targets))
        }
    });
    why.map(|why| format!("{why}; write what should be as rules of a `decision`"))
}

fn step_obstacle(step: &Step<'_>, targets: &[Target]) -> Option<String> {
    match step {
        Step::Log(_) => None,
        Step::Wait { .. } => Some("it waits with `delay`, and a rule does not wait".to_owned()),
        Step::Other { name } => Some(format!("`{name}` is no rule")),
        Step::Set(set) => match targets.iter().find(|target| target.id == set.id) {
            None => Some(format!("`{}` is about `{}`, which is not in the fleet", set.name, set.id)),
            Some(_) if set.change == Change::Toggle => {
                Some(format!("`{}` toggles, which a `push_button` does and a rule can't", set.name))
            }
            Some(_) => None,
        },
    }
}

fn take_part(part: &Part<'_>, device: &mut Device<'_>, draft: &mut Draft) {
    let Ok(when) = &part.when else { return };
    let mut rules: Vec<(&Set<'_>, TopicRule)> = Vec::new();
    for step in &part.steps {
        match step {
            Step::Log(tree) => draft.leave_out(tree, "`logger.log`: a node prints no lines of your own"),
            Step::Wait { tree, .. } => draft.leave_out(tree, "`delay`: nothing follows it"),
            Step::Other { .. } => {}
            Step::Set(set) => {
                let Some(target) = device.targets.iter().find(|target| target.id == set.id) else { continue };
                let then = payload(set.change, target.dims);
                let topic = target.topic.clone();
                if let Some(index) = rules.iter().position(|(_, rule)| rule.topic == topic) {
                    let (earlier, _) = rules.remove(index);
                    draft
                        .leave_out(earlier.tree, format_args!("`{}`: a later action changes it at once", earlier.name));
                }
                if let Some((tree, ms)) = set.transition {
                    device.extras.push(Extra::Transition { at: tree.position.clone(), ms });
                }
                let rule = RuleSpec { when: text(when.as_str()), then: text(then) };
                rules.push((set, TopicRule { topic, rule }));
            }
        }
    }
    for (set, _) in &rules {
        if let (Change::On(Some(_)), Some(false)) =
            (set.change, device.targets.iter().find(|target| target.id == set.id).map(|target| target.dims))
            && let Some(tree) = set.tree.get("brightness").or(set.tree.get("level"))
        {
            draft.note(tree, NoteKind::Changed, "the lamp is on or off, so how bright does not matter");
        }
    }
    draft.decide(rules.into_iter().map(|(_, rule)| rule).collect());
}

/// What is published.
fn payload(change: Change, dims: bool) -> String {
    match (change, dims) {
        (Change::On(share), true) => format!("{:.0}", share.unwrap_or(1.0) * 100.0),
        (_, true) => "0".to_owned(),
        (Change::On(Some(0.0)) | Change::Off | Change::Toggle, false) => "OFF".to_owned(),
        (Change::On(_), false) => "ON".to_owned(),
    }
}

/// The condition that a sensor is in a range, from its `above` and `below`.
pub(super) fn between(sensor: &str, range: &Tree) -> Result<String, String> {
    let bound = |key: &str, sign: &str| {
        let figure = range.parsed_of(key, |text| text.parse::<f64>().ok().filter(|figure| figure.is_finite()))?;
        Some(format!("{sensor} {sign} {figure}"))
    };
    let bounds: Vec<String> = [bound("above", ">"), bound("below", "<")].into_iter().flatten().collect();
    if bounds.is_empty() {
        Err("a range has `above` or `below`, as numbers".to_owned())
    } else {
        Ok(bounds.join(" && "))
    }
}
