//! Custom roles: for each a file with the topics and pins that the fleet file gives it, which has the user's own file
//! beside it as a module. Also the first version of the user's file, for somebody who has none yet.

use super::describe;
use super::layout::Code;
use super::names::{Names, function};
use crate::emit::artifact::{Artifact, Options};
use crate::emit::text::{fill, no_line_breaks, origin};
use crate::model::{Custom, Payload, RoleKind, TopicId};
use crate::plan::{NodePlan, Plan, RolePlan};
use serde::Serialize;
use std::collections::BTreeMap;

fn customs(node: &NodePlan) -> impl Iterator<Item = (&RolePlan, &Custom)> {
    node.roles.iter().filter_map(|role| match &role.kind {
        RoleKind::Custom(custom) => Some((role, custom)),
        _ => None,
    })
}

/// The module of a role, and its file in `src`, which has `lib.rs` and `main.rs` already.
fn module(name: &str) -> String {
    match function(name).as_str() {
        taken @ ("lib" | "main") => format!("{taken}_role"),
        name => name.to_owned(),
    }
}

/// The row of the table of roles.
pub(super) fn driver(name: &str, custom: &Custom, names: &Names) -> Code {
    let list = |ids: &[TopicId]| Code::slice(ids.iter().map(|id| names.topic(*id)));
    let fields = vec![
        ("memory".to_owned(), format!("&{}::MEMORY", module(name)).into()),
        ("subscribes".to_owned(), list(&custom.subscribe)),
        ("publishes".to_owned(), list(&custom.publish)),
    ];
    Code::Struct("&CustomRole".into(), fields)
}

/// The modules of the node's custom roles, each an item of `lib.rs`.
pub(super) fn modules(node: &NodePlan) -> Vec<String> {
    customs(node).map(|(role, _)| format!("pub mod {};\n", module(&role.name))).collect()
}

/// The files of the node's custom roles: each the name of its module, and its text.
pub(in crate::emit) fn files(plan: &Plan, node: &NodePlan, options: &Options) -> Vec<(String, String)> {
    let names = Names::new(plan, node);
    let file =
        |(role, custom): (&RolePlan, &Custom)| (module(&role.name), self::file(plan, role, custom, &names, options));
    customs(node).map(file).collect()
}

fn file(plan: &Plan, role: &RolePlan, custom: &Custom, names: &Names, options: &Options) -> String {
    let bytes: usize = custom.publish.iter().map(|id| text_length(&plan.topics[id.0].payload)).sum();
    let memory = if bytes == 0 { "RoleMemory<Role>".to_owned() } else { format!("RoleMemory<Role, {bytes}>") };
    let texts = if bytes == 0 { "" } else { ", with room for the texts that it publishes" };
    let parts = [
        format!(
            "//! `{}` of the fleet `{}`: topics and pins of the role in {}.\n//!\n{}",
            role.name,
            plan.fleet,
            no_line_breaks(&custom.source),
            origin(&plan.source_path)
        ),
        // From the folder of this file, `<node>/src`.
        format!("#[path = {:?}]\nmod role;\n", format!("../{}/{}", options.beside, custom.source)),
        "use fleetwright_node::custom::RoleMemory;\nuse role::Role;\n".to_owned(),
        topics(plan, custom, names),
        pins(role),
        format!(
            "/// What the role remembers between calls{texts}.\npub(crate) static MEMORY: {memory} = RoleMemory::new(Role::new());\n"
        ),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// A constant for each topic, which knows what its messages are in Rust and what the role may do with it.
fn topics(plan: &Plan, custom: &Custom, names: &Names) -> String {
    let mut rows = String::new();
    let mut rights = [("Publish", false), ("PublishSubscribe", false), ("Subscribe", false)];
    let only_published = custom.publish.iter().filter(|id| !custom.subscribe.contains(id));
    for id in custom.subscribe.iter().chain(only_published) {
        let topic = &plan.topics[id.0];
        let right = match (custom.publish.contains(id), custom.subscribe.contains(id)) {
            (true, true) => "PublishSubscribe",
            (true, false) => "Publish",
            (false, _) => "Subscribe",
        };
        rights.iter_mut().filter(|(name, _)| *name == right).for_each(|(_, used)| *used = true);
        rows += &format!(
            "    /// `{}`, {}\n    pub const {}: Topic<{}, {right}> = Topic::new(crate::{});\n",
            topic.path,
            no_line_breaks(&describe::payload(&topic.payload)),
            topic.key.to_uppercase(),
            kind(&topic.payload, names),
            names.topic(*id)
        );
    }
    if rows.is_empty() {
        return rows;
    }
    let used: Vec<&str> = rights.iter().filter(|(_, used)| *used).map(|(name, _)| *name).collect();
    format!(
        "/// The role's topics, with what their messages are in Rust.\npub mod topics {{\n    \
         use fleetwright_node::custom::{{{}, Topic}};\n\n{rows}}}\n",
        used.join(", ")
    )
}

/// A constant for each pin, with what is printed on the board.
fn pins(role: &RolePlan) -> String {
    let rows: String = role
        .pins
        .iter()
        .map(|(name, pin)| {
            format!("    /// {}\n    pub const {}: Gpio = Gpio({});\n", pin.label, name.to_uppercase(), pin.gpio)
        })
        .collect();
    if rows.is_empty() {
        return rows;
    }
    format!("/// The role's pins.\npub mod pins {{\n    use fleetwright_node::Gpio;\n\n{rows}}}\n")
}

fn text_length(payload: &Payload) -> usize {
    if let Payload::Text { max } = payload { usize::from(*max) } else { 0 }
}

/// What messages are in Rust.
fn kind(payload: &Payload, names: &Names) -> String {
    match payload {
        Payload::OneOf(labels) => format!("crate::{}", names.type_of(labels).unwrap_or_default()),
        Payload::Percent | Payload::Number { decimals: 0, .. } => "i32".into(),
        Payload::Number { .. } => "f32".into(),
        Payload::Bit => "bool".into(),
        Payload::Text { .. } => "str".into(),
    }
}

/// What the template of a first version asks for.
#[derive(Serialize)]
struct FirstVersion<'a> {
    role: &'a str,
    fleet: &'a str,
    source: &'a str,
    /// Lines about the topics and pins that it has.
    given: Vec<String>,
    /// The modules that it has: `pins`, `topics`.
    modules: Vec<&'static str>,
}

/// A first version of each custom role's file, by its path from the fleet file's folder. The caller writes those that are
/// missing, and never one that is there.
pub fn stubs(plans: &[Plan]) -> Vec<Artifact> {
    let mut files = BTreeMap::new();
    for plan in plans {
        for (role, custom) in plan.nodes.iter().flat_map(customs) {
            files.entry(custom.source.clone()).or_insert_with(|| first_version(plan, role, custom));
        }
    }
    files.into_iter().map(|(path, text)| Artifact { path, text }).collect()
}

fn first_version(plan: &Plan, role: &RolePlan, custom: &Custom) -> String {
    let topic = |what: &str, id: &TopicId| {
        let topic = &plan.topics[id.0];
        let about = no_line_breaks(&describe::payload(&topic.payload));
        format!("topics::{}: {what} `{}`, {about}", topic.key.to_uppercase(), topic.path)
    };
    let subscribed = custom.subscribe.iter().map(|id| topic("subscribes to", id));
    let published = custom.publish.iter().map(|id| topic("publishes", id));
    let pins = custom.pins.iter().map(|pin| format!("pins::{}", pin.to_uppercase()));
    let given: Vec<String> = subscribed.chain(published).chain(pins).collect();
    let has_topics = !custom.subscribe.is_empty() || !custom.publish.is_empty();
    let modules = [("pins", !custom.pins.is_empty()), ("topics", has_topics)];
    fill(
        "role.rs",
        &FirstVersion {
            role: &role.name,
            fleet: &plan.fleet,
            source: &plan.source_path,
            given,
            modules: modules.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect(),
        },
    )
}
