//! Automations: which switch or light goes on or off, and when. What is more than that becomes a note.

use super::super::fleet_text::text;
use super::super::yaml::{Position, Tree};
use super::draft::{Draft, TopicRule};
use fleetwright_generator::syntax::{PayloadSpec, RuleSpec};

/// A component that automations can switch: its `id`, and the topic that it subscribes to.
pub(super) struct Target {
    pub(super) id: String,
    pub(super) topic: String,
}

/// What an automation does to a target.
#[derive(Debug)]
pub(super) struct Action {
    pub(super) position: Position,
    /// The target's topic.
    pub(super) topic: String,
    pub(super) change: TopicChange,
}

/// How an action changes the value of its topic.
#[derive(Debug, PartialEq)]
pub(super) enum TopicChange {
    /// To this payload.
    To(String),
    /// From on to off, or from off to on.
    Toggle,
}

/// The actions of an automation that can be taken over; notes for all others.
pub(super) fn actions(automation: &Tree, targets: &[Target], draft: &mut Draft) -> Vec<Action> {
    let list = automation.get("then").unwrap_or(automation);
    list.items().iter().filter_map(|tree| action(tree, targets, draft)).collect()
}

/// `switch.turn_on: lamp`
fn action(tree: &Tree, targets: &[Target], draft: &mut Draft) -> Option<Action> {
    if let Some(inner) = tree.get("then") {
        // A list of automations, each with its own `then`.
        draft.note(&inner.position, "several automations for one event: write their rules by hand");
        return None;
    }
    let Some((name, options)) = tree.entries().first() else {
        draft.note(&tree.position, "an action that is no map");
        return None;
    };
    let id = options.text().or_else(|| options.text_of("id")).unwrap_or_default();
    let known = targets.iter().find(|target| target.id == id);
    let (Some((component, verb)), Some(target)) = (name.split_once('.'), known) else {
        draft.note(&options.position, format_args!("the action `{name}` has no counterpart in rules"));
        return None;
    };
    let percent = draft.topic(&target.topic).is_some_and(|topic| matches!(topic.payload, PayloadSpec::Percent));
    let change = match (component, verb) {
        ("switch" | "light" | "output", "turn_on") if percent => {
            let share = options.text_of("brightness").unwrap_or("100%").trim_end_matches('%').trim().parse::<f64>();
            let share = share.ok().filter(|share| (0.0..=100.0).contains(share)).unwrap_or(100.0);
            TopicChange::To(format!("{share:.0}"))
        }
        ("switch" | "light" | "output", "turn_off") if percent => TopicChange::To("0".into()),
        ("switch" | "light" | "output", "turn_on") => TopicChange::To("ON".into()),
        ("switch" | "light" | "output", "turn_off") => TopicChange::To("OFF".into()),
        ("switch" | "light", "toggle") if !percent => TopicChange::Toggle,
        _ => {
            draft.note(&options.position, format_args!("the action `{name}` has no counterpart in rules"));
            return None;
        }
    };
    Some(Action { position: options.position.clone(), topic: target.topic.clone(), change })
}

/// The rules for an automation that runs when the condition `when` holds.
pub(super) fn rules(when: &str, automation: &Tree, targets: &[Target], draft: &mut Draft) -> Vec<TopicRule> {
    rules_of(when, actions(automation, targets, draft), draft)
}

/// The rules for actions that are done when the condition `when` holds.
pub(super) fn rules_of(when: &str, actions: Vec<Action>, draft: &mut Draft) -> Vec<TopicRule> {
    let mut rules = Vec::new();
    for Action { position, topic, change } in actions {
        match change {
            TopicChange::To(payload) => {
                rules.push(TopicRule { topic, rule: RuleSpec { when: text(when), then: text(payload) } });
            }
            TopicChange::Toggle => {
                draft.note(&position, "toggling is what a `push_button` does; a rule can't: decide what should be");
            }
        }
    }
    rules
}

/// The rules of `on_value_range`: a list of ranges, each with its actions.
pub(super) fn ranges(sensor: &str, ranges: &Tree, targets: &[Target], draft: &mut Draft) -> Vec<TopicRule> {
    let mut all = Vec::new();
    for range in ranges.items() {
        match between(sensor, range) {
            Some(when) => all.extend(rules(&when, range, targets, draft)),
            None => draft.note(&range.position, "a range without `above` and `below`"),
        }
    }
    all
}

/// The rules of `on_value` with one `if` on the sensor itself.
pub(super) fn condition(sensor: &str, automation: &Tree, targets: &[Target], draft: &mut Draft) -> Vec<TopicRule> {
    let list = automation.get("then").unwrap_or(automation);
    let mut all = Vec::new();
    for action in list.items() {
        let range = action.get("if").and_then(|choice| Some((choice, choice.get("condition")?)));
        let range = range.and_then(|(choice, condition)| Some((choice, condition.items().first()?)));
        let when = range.and_then(|(_, condition)| between(sensor, condition.get("sensor.in_range")?));
        match (range, when) {
            (Some((choice, _)), Some(when)) => {
                if let Some(then) = choice.get("then") {
                    all.extend(rules(&when, then, targets, draft));
                }
                if let Some(otherwise) = choice.get("else") {
                    all.extend(rules(&format!("!({when})"), otherwise, targets, draft));
                }
            }
            _ => draft.note(&action.position, "only an `if` with `sensor.in_range` becomes a rule here"),
        }
    }
    all
}

/// The condition that a sensor is in a range, from its `above` and `below`.
fn between(sensor: &str, range: &Tree) -> Option<String> {
    let bound = |key: &str, sign: &str| {
        let figure = range.text_of(key)?.parse::<f64>().ok()?;
        Some(format!("{sensor} {sign} {figure}"))
    };
    let bounds: Vec<String> = [bound("above", ">"), bound("below", "<")].into_iter().flatten().collect();
    (!bounds.is_empty()).then(|| bounds.join(" && "))
}
