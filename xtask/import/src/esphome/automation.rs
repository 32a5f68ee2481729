//! Automations as they are written: steps that switch something, wait or do what only ESPHome can. Decides nothing about
//! what becomes of them.

use super::super::yaml::{Tree, ValueKind, truth};
use super::duration;

/// A list of actions.
#[derive(Debug)]
pub(super) struct Automation<'t> {
    /// The map with `then`, and with what a trigger has beside it; of a bare list, that list.
    pub(super) tree: &'t Tree,
    pub(super) steps: Vec<Step<'t>>,
}

/// One action.
#[derive(Debug)]
pub(super) enum Step<'t> {
    /// A switch, light or output changes.
    Set(Set<'t>),
    /// Nothing happens for so many milliseconds.
    Wait { tree: &'t Tree, ms: u32 },
    /// A line is printed.
    Log(&'t Tree),
    /// Anything else, by its name.
    Other { name: String },
}

/// A switch, light or output changes.
#[derive(Debug)]
pub(super) struct Set<'t> {
    pub(super) tree: &'t Tree,
    /// The action as it is written: `switch.turn_on`.
    pub(super) name: String,
    pub(super) id: &'t str,
    pub(super) change: Change,
    /// `transition_length`, in milliseconds.
    pub(super) transition: Option<(&'t Tree, u32)>,
}

/// How something changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Change {
    /// On, with a share of the full brightness from 0 to 1 if one is written.
    On(Option<f64>),
    Off,
    /// From on to off, or from off to on.
    Toggle,
}

/// The automations of one event: a list of actions, a map of them, one with `then`, or a list of such.
pub(super) fn read(value: &Tree) -> Vec<Automation<'_>> {
    let several = matches!(&value.kind, ValueKind::List(items)
        if !items.is_empty() && items.iter().all(|item| item.peek_of("then").is_some()));
    let wholes = if several { value.items() } else { std::slice::from_ref(value) };
    wholes.iter().map(|tree| Automation { tree, steps: steps(tree.get("then").unwrap_or(tree)) }).collect()
}

/// The steps of a list of actions, of a map of actions, or of one action without anything to say.
pub(super) fn steps(list: &Tree) -> Vec<Step<'_>> {
    list.items().iter().flat_map(actions).collect()
}

fn actions(item: &Tree) -> Vec<Step<'_>> {
    if item.entries().is_empty() {
        let name = item.text().unwrap_or("an action that is no map").to_owned();
        return vec![Step::Other { name }];
    }
    // Settings of a trigger stand beside its actions when there is no `then`.
    item.entries().iter().map(|(name, options)| action(name, options)).collect()
}

/// `switch.turn_on: lamp`
fn action<'t>(name: &str, options: &'t Tree) -> Step<'t> {
    let other = || Step::Other { name: name.to_owned() };
    match name {
        "delay" => match duration::of(options) {
            Some(ms) => Step::Wait { tree: options, ms },
            None => other(),
        },
        "logger.log" => Step::Log(options),
        _ => set(name, options).map_or_else(other, Step::Set),
    }
}

fn set<'t>(name: &str, options: &'t Tree) -> Option<Set<'t>> {
    let (component, verb) = name.split_once('.')?;
    if !matches!(component, "switch" | "light" | "output") {
        return None;
    }
    let share = |key: &str| options.parsed_of(key, share);
    let change = match verb {
        "turn_on" => Change::On(share("brightness")),
        "turn_off" => Change::Off,
        "toggle" => Change::Toggle,
        "set_level" => Change::On(Some(share("level")?)),
        "control" => match options.parsed_of("state", truth) {
            Some(false) => Change::Off,
            Some(true) => Change::On(share("brightness")),
            None => Change::On(Some(share("brightness")?)),
        },
        _ => return None,
    };
    let id = if options.entries().is_empty() { options.text()? } else { options.text_of("id")? };
    let transition = options.get("transition_length").and_then(|tree| Some((tree, duration::of(tree)?)));
    Some(Set { tree: options, name: name.to_owned(), id, change, transition })
}

/// A share of the whole: `60%`, `0.6`.
fn share(text: &str) -> Option<f64> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse::<f64>().ok()?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}
