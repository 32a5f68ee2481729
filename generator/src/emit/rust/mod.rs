//! The crate of a node: its topics as a table, its rules as functions, its roles as a table. Put together item by item,
//! with lines broken as rustfmt breaks them.

mod conditions;
mod custom;
mod describe;
mod layout;
mod names;
mod roles;
mod rules;
mod topics;

pub(super) use custom::files;
pub use custom::stubs;

use super::text::{no_line_breaks, origin};
use crate::plan::{CopiesPlan, NodePlan, Plan};
use layout::{Code, import, item};
use names::{DRIVERS, Names};

/// What generated code may need of `fleetwright_node`, in the order of the import.
const ITEMS: [&str; 17] = [
    "Duration", "Gpio", "Instant", "Latest", "Level", "Network", "Payload", "Program", "Pull", "Qos", "Role", "Route",
    "Topic", "TopicId", "Value", "Values", "labels!",
];
/// `src/lib.rs` of a node.
pub(super) fn emit(plan: &Plan, node: &NodePlan) -> String {
    let names = Names::new(plan, node);
    let mut items = vec![topics::table(plan, node, &names)];
    items.extend(names.enums(plan));
    items.extend(custom::modules(node));
    items.extend(rules::emit(plan, node, &names));
    items.extend([roles::emit(node, &names), program(plan, node), entry(plan, node)]);
    let constants = topics::constants(node, &names);
    let used = |identifiers: &[&'static str]| -> Vec<&'static str> {
        let texts = || items.iter().chain([&constants]);
        let used =
            identifiers.iter().filter(|identifier| texts().any(|text| names::contains_identifier(identifier, text)));
        used.map(|identifier| identifier.trim_end_matches('!')).collect()
    };
    let imports = [
        import("fleetwright_node::custom", &used(&["CustomRole"])),
        import("fleetwright_node::roles", &used(&DRIVERS)),
        import("fleetwright_node", &used(&ITEMS)),
    ];
    let head = [header(plan, node), "#![no_std]\n".into(), imports.concat(), constants];
    let parts: Vec<String> = head.into_iter().chain(items).filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

fn header(plan: &Plan, node: &NodePlan) -> String {
    let does: Vec<String> = node.roles.iter().map(|role| describe::role(plan, &role.kind)).collect();
    let does = if does.is_empty() { "does nothing".to_owned() } else { does.join(", ") };
    let copies = node.copies.as_ref().map_or(String::new(), |copies| {
        let CopiesPlan { count, .. } = copies;
        let first = &node.name;
        format!(
            "//!\n//! One program for {count} nodes: names come with a node's identity. Those below are the names of `{first}`.\n"
        )
    });
    let name = node.copies.as_ref().map_or(&node.name, |copies| &copies.template);
    format!(
        "//! `{}` of the fleet `{}`: {}.\n{copies}//!\n{}",
        name,
        plan.fleet,
        no_line_breaks(&does),
        origin(&plan.source_path)
    )
}

fn program(plan: &Plan, node: &NodePlan) -> String {
    let network = match &node.status {
        Some(status) => {
            let fields = vec![
                ("status".to_owned(), format!("{status:?}").into()),
                ("keep_alive".to_owned(), "Duration::seconds(30)".into()),
            ];
            Code::Call("Some".into(), Box::new(Code::Struct("Network".into(), fields)))
        }
        None => "None".into(),
    };
    let fields = vec![
        ("fleet".to_owned(), format!("{:?}", plan.fleet).into()),
        ("node".to_owned(), format!("{:?}", node.name).into()),
        ("network".to_owned(), network),
        ("topics".to_owned(), "&TOPICS".into()),
        ("roles".to_owned(), "&ROLES".into()),
    ];
    format!("/// The node.\n{}", item("pub static PROGRAM: Program", &Code::Struct("Program".into(), fields)))
}

/// What makes the crate the firmware of an ESP8266; on a host, `main.rs` makes it a process.
fn entry(plan: &Plan, node: &NodePlan) -> String {
    let mut entry = match &node.copies {
        None => "PROGRAM".to_owned(),
        Some(copies) => format!("PROGRAM, names: {}, longest: {}", copies.names, copies.longest),
    };
    if plan.broker_hosts.len() > 1 {
        entry += &format!(", brokers: {}", plan.broker_hosts.len());
    }
    let networks = plan.wifi.as_ref().map_or(0, |wifi| wifi.networks.len());
    if networks > 1 && node.status.is_some() {
        entry += &format!(", networks: {networks}");
    }
    format!("#[cfg(target_os = \"none\")]\nfleetwright_chip::entry!({entry});\n")
}
