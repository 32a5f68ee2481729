//! Custom roles: the user's file as a module, and beside it what the fleet file gives it, with types. Also the first
//! version of that file, for somebody who has none yet.

use super::describe;
use super::names::{Names, function};
use crate::emit::artifact::{Artifact, Options};
use crate::emit::text::no_line_breaks;
use crate::model::{Custom, Payload, RoleKind, TopicId};
use crate::plan::{NodePlan, Plan, RolePlan};
use std::collections::{BTreeMap, BTreeSet};

fn customs(node: &NodePlan) -> impl Iterator<Item = (&RolePlan, &Custom)> {
    node.roles.iter().filter_map(|role| match &role.kind {
        RoleKind::Custom(custom) => Some((role, custom)),
        _ => None,
    })
}

/// The row of the table of roles.
pub(super) fn driver(key: &str, custom: &Custom, names: &Names) -> String {
    let list = |ids: &[TopicId]| ids.iter().map(|id| names.topic(*id)).collect::<Vec<_>>().join(", ");
    format!(
        "fleetwright_node::custom::Own {{ role: &given::{}::ROLE, hears: &[{}], says: &[{}] }}",
        function(key),
        list(&custom.subscribe),
        list(&custom.publish)
    )
}

/// Lets custom roles use the enumerations of their topics.
pub(super) fn carried(plan: &Plan, node: &NodePlan, names: &Names) -> String {
    let topics = customs(node).flat_map(|(_, custom)| custom.subscribe.iter().chain(&custom.publish));
    let types: BTreeSet<&str> = topics
        .filter_map(|id| match &plan.topics[id.0].payload {
            Payload::OneOf(labels) => names.type_of(labels),
            _ => None,
        })
        .collect();
    if types.is_empty() {
        return String::new();
    }
    format!("fleetwright_node::carried!({});\n", types.into_iter().collect::<Vec<_>>().join(", "))
}

/// The users' files, and what each is given.
pub(super) fn emit(plan: &Plan, node: &NodePlan, names: &Names, options: &Options) -> String {
    let (mut modules, mut given) = (String::new(), String::new());
    for (role, custom) in customs(node) {
        let name = function(&role.name);
        let path = format!("{}/{}", options.beside, custom.source);
        // From the folder of this file, `<node>/src`.
        modules += &format!("#[path = {:?}]\nmod {name};\n", format!("../{path}"));
        let topics = |word: &str, ids: &[TopicId]| -> String {
            let row = |id: &TopicId| {
                let topic = &plan.topics[id.0];
                let constant = topic.key.to_uppercase();
                format!(
                    "/// `{}`, {}\npub const {constant}: {word}<{}> = {word}::of(crate::{});\n",
                    topic.path,
                    no_line_breaks(&describe::payload(&topic.payload)),
                    kind(&topic.payload, names),
                    names.topic(*id)
                )
            };
            let rows: String = ids.iter().map(row).collect();
            if rows.is_empty() { rows } else { format!("use fleetwright_node::custom::{word};\n{rows}") }
        };
        let part = |about: &str, name: &str, rows: String| {
            if rows.is_empty() { rows } else { format!("/// {about}\npub mod {name} {{ {rows} }}\n") }
        };
        let pin = |(name, pin): &(String, crate::plan::PinPlan)| {
            let constant = name.to_uppercase();
            let gpio = pin.gpio;
            format!("/// {}\npub const {constant}: Gpio = Gpio({gpio});\n", pin.label)
        };
        let pins: String = role.pins.iter().map(pin).collect();
        let pins = if pins.is_empty() { pins } else { format!("use fleetwright_node::Gpio;\n{pins}") };
        let texts: usize = custom.publish.iter().map(|id| text_length(&plan.topics[id.0].payload)).sum();
        given += &format!(
            "/// `{}`.\npub mod {name} {{ {}{}{}use crate::{name}::Role;\nuse fleetwright_node::custom::Held;\n\
             pub(crate) static ROLE: Held<Role, {texts}> = Held::new(Role::new()); }}\n",
            role.name,
            part("The topics that it hears.", "hears", topics("Hears", &custom.subscribe)),
            part("The topics that it says something on.", "says", topics("Says", &custom.publish)),
            part("Its pins.", "pins", pins),
        );
    }
    if modules.is_empty() {
        return modules;
    }
    format!(
        "{modules}/// What the fleet file gives to each role of somebody's own Rust.\npub mod given {{ {given} }}\n"
    )
}

fn text_length(payload: &Payload) -> usize {
    if let Payload::Text { max } = payload { usize::from(*max) } else { 0 }
}

/// What messages are in Rust.
fn kind(payload: &Payload, names: &Names) -> String {
    match payload {
        Payload::OneOf(labels) => format!("crate::{}", names.type_of(labels).unwrap_or_default()),
        other => plain_kind(other).into(),
    }
}

fn plain_kind(payload: &Payload) -> &'static str {
    match payload {
        Payload::Percent | Payload::Number { decimals: 0, .. } => "i32",
        Payload::Number { .. } => "f32",
        Payload::Bit => "bool",
        Payload::Text { .. } => "str",
        Payload::OneOf(_) => "label",
    }
}

/// A first version of each custom role's file, by its path from the fleet file's folder. The caller writes those that are
/// missing, and never one that is there.
pub fn stubs(plans: &[Plan]) -> Vec<Artifact> {
    let mut files = BTreeMap::new();
    for plan in plans {
        for (role, custom) in plan.nodes.iter().flat_map(customs) {
            files.entry(custom.source.clone()).or_insert_with(|| stub(plan, role, custom));
        }
    }
    files.into_iter().map(|(path, text)| Artifact { path, text }).collect()
}

fn stub(plan: &Plan, role: &RolePlan, custom: &Custom) -> String {
    let name = function(&role.name);
    let lines = |start: &str, ids: &[TopicId]| -> String {
        let line = |id: &TopicId| {
            let topic = &plan.topics[id.0];
            let about = no_line_breaks(&describe::payload(&topic.payload));
            format!("//!   {start}::{}: `{}`, {about}\n", topic.key.to_uppercase(), topic.path)
        };
        ids.iter().map(line).collect()
    };
    let pins: String = custom.pins.iter().map(|pin| format!("//!   pins::{}\n", pin.to_uppercase())).collect();
    let given = [lines("hears", &custom.subscribe), lines("says", &custom.publish), pins].concat();
    let given = if given.is_empty() {
        String::new()
    } else {
        format!(
            "//!\n//! `crate::given::{name}` holds what {} gives it:\n//!\n//! ```text\n{given}//! ```\n",
            plan.source_path
        )
    };
    format!(
        "//! `{}` of the fleet `{}`. This file is yours: `cargo xtask gen` wrote it once and leaves it alone.\n{given}\n\
         use fleetwright_node::Duration;\nuse fleetwright_node::custom::{{Custom, Turn}};\n\n\
         /// What it remembers.\npub struct Role {{}}\n\nimpl Role {{\n    /// Before the node starts.\n    \
         pub const fn new() -> Self {{\n        Self {{}}\n    }}\n}}\n\nimpl Custom for Role {{\n    \
         /// The node starts: the place to set up pins and buses.\n    fn start(&mut self, _turn: &mut Turn<'_>) {{}}\n\n    \
         /// One of its topics was heard: `turn.heard(hears::…)` tells what it says, `turn.say(says::…, …)` answers.\n    \
         fn heard(&mut self, _turn: &mut Turn<'_>) {{}}\n\n    \
         /// Called after the start, and then after each time that it answers; `None`: never again.\n    \
         fn poll(&mut self, _turn: &mut Turn<'_>) -> Option<Duration> {{\n        None\n    }}\n}}\n",
        role.name, plan.fleet
    )
}
