//! Automations: which switch or light goes on or off, and when. What is more than that stays behind.

use super::super::yaml::{Place, Tree};
use super::draft::{Draft, Payload};

/// Something that an automation can switch: its `id`, and the topic that it follows.
pub(super) struct Actor {
    pub(super) id: String,
    pub(super) topic: String,
}

/// A switch that an automation switches.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) place: Place,
    pub(super) topic: String,
    pub(super) what: What,
}

/// To what.
#[derive(Debug, PartialEq)]
pub(super) enum What {
    /// A value of the topic.
    To(String),
    Toggle,
}

/// A rule: when, which topic, and what it then says.
pub(super) type Rule = (String, String, String);

/// The steps of an automation; notes for all others.
pub(super) fn steps(automation: &Tree, actors: &[Actor], draft: &mut Draft) -> Vec<Step> {
    let list = automation.get("then").unwrap_or(automation);
    list.items().iter().filter_map(|action| step(action, actors, draft)).collect()
}

fn step(action: &Tree, actors: &[Actor], draft: &mut Draft) -> Option<Step> {
    if let Some(inner) = action.get("then") {
        // A list of automations, each with its own `then`.
        draft.note(&inner.place, "several automations for one event: write their rules by hand");
        return None;
    }
    let Some((name, options)) = action.entries().first() else {
        draft.note(&action.place, "an action that is no map");
        return None;
    };
    let id = options.text().or_else(|| options.word("id")).unwrap_or_default();
    let known = actors.iter().find(|actor| actor.id == id);
    let (Some((part, verb)), Some(actor)) = (name.split_once('.'), known) else {
        draft.note(&options.place, format_args!("the action `{name}` has no counterpart in rules"));
        return None;
    };
    let percent = draft.topic(&actor.topic).is_some_and(|topic| topic.payload == Payload::Percent);
    let what = match (part, verb) {
        ("switch" | "light" | "output", "turn_on") if percent => {
            let share = options.word("brightness").unwrap_or("100%").trim_end_matches('%').trim().parse::<f64>();
            let share = share.ok().filter(|share| (0.0..=100.0).contains(share)).unwrap_or(100.0);
            What::To(format!("{share:.0}"))
        }
        ("switch" | "light" | "output", "turn_off") if percent => What::To("0".into()),
        ("switch" | "light" | "output", "turn_on") => What::To("ON".into()),
        ("switch" | "light" | "output", "turn_off") => What::To("OFF".into()),
        ("switch" | "light", "toggle") if !percent => What::Toggle,
        _ => {
            draft.note(&options.place, format_args!("the action `{name}` has no counterpart in rules"));
            return None;
        }
    };
    Some(Step { place: options.place.clone(), topic: actor.topic.clone(), what })
}

/// The rules for an automation that runs when this holds.
pub(super) fn rules(when: &str, automation: &Tree, actors: &[Actor], draft: &mut Draft) -> Vec<Rule> {
    let mut rules = Vec::new();
    for step in steps(automation, actors, draft) {
        match step.what {
            What::To(value) => rules.push((when.to_owned(), step.topic, value)),
            What::Toggle => {
                draft.note(&step.place, "toggling is what a `push_button` does; a rule can't: decide what should be");
            }
        }
    }
    rules
}

/// `on_value_range`: a list of ranges, each with its actions.
pub(super) fn ranges(sensor: &str, ranges: &Tree, actors: &[Actor], draft: &mut Draft) -> Vec<Rule> {
    let mut all = Vec::new();
    for range in ranges.items() {
        match between(sensor, range) {
            Some(when) => all.extend(rules(&when, range, actors, draft)),
            None => draft.note(&range.place, "a range without `above` and `below`"),
        }
    }
    all
}

/// `on_value` with one `if` on the sensor itself.
pub(super) fn condition(sensor: &str, automation: &Tree, actors: &[Actor], draft: &mut Draft) -> Vec<Rule> {
    let list = automation.get("then").unwrap_or(automation);
    let mut all = Vec::new();
    for action in list.items() {
        let range = action.get("if").and_then(|choice| Some((choice, choice.get("condition")?)));
        let range = range.and_then(|(choice, condition)| Some((choice, condition.items().first()?)));
        let when = range.and_then(|(_, condition)| between(sensor, condition.get("sensor.in_range")?));
        match (range, when) {
            (Some((choice, _)), Some(when)) => {
                if let Some(then) = choice.get("then") {
                    all.extend(rules(&when, then, actors, draft));
                }
                if let Some(otherwise) = choice.get("else") {
                    all.extend(rules(&format!("!({when})"), otherwise, actors, draft));
                }
            }
            _ => draft.note(&action.place, "only an `if` with `sensor.in_range` becomes a rule here"),
        }
    }
    all
}

fn between(sensor: &str, range: &Tree) -> Option<String> {
    let bound = |key: &str, sign: &str| {
        let figure = range.word(key)?.parse::<f64>().ok()?;
        Some(format!("{sensor} {sign} {figure}"))
    };
    let bounds: Vec<String> = [bound("above", ">"), bound("below", "<")].into_iter().flatten().collect();
    (!bounds.is_empty()).then(|| bounds.join(" && "))
}
