//! The Cargo workspace of a layout: one crate per node.

use super::artifact::Options;
use super::text::{fill, origin};
use crate::model::{self, RoleKind};
use crate::plan::{NodePlan, Plan};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
struct Workspace<'a> {
    source: &'a str,
    nodes: Vec<&'a str>,
}

#[derive(Serialize)]
struct Manifest<'a> {
    source: &'a str,
    fleet: &'a str,
    layout: &'a str,
    name: &'a str,
    runtime: &'a str,
    features: &'a str,
    host_features: &'a str,
    chip_features: &'a str,
    crates: Vec<String>,
}

pub(super) fn emit(plan: &Plan, options: &Options, add: &mut impl FnMut(String, String)) {
    let source = plan.source_path.as_str();
    let nodes: Vec<&str> = plan.programs().map(|node| node.program.as_str()).collect();
    add("firmware/Cargo.toml".into(), fill("workspace.toml", &Workspace { source, nodes }));
    for node in plan.programs() {
        let name = node.program.as_str();
        let copies = node.copies.as_ref().map(|_| "copies");
        let needs = || node.needs.iter().copied();
        let text = fill(
            "node.toml",
            &Manifest {
                source,
                fleet: &plan.fleet,
                layout: &plan.layout,
                name,
                runtime: &options.runtime,
                features: &listed(needs().filter(|need| !OF_PLATFORMS.contains(need)).chain(copies)),
                host_features: &listed(needs().filter(|need| [CUSTOM, PINNED, TLS].contains(need))),
                chip_features: &listed(
                    needs().filter(|need| OF_PLATFORMS.contains(need) || [CLUSTER, CUSTOM, KEEPS].contains(need)),
                ),
                crates: crates(node),
            },
        );
        add(format!("firmware/{name}/Cargo.toml"), text);
        let main = format!(
            "//! `{name}` as a process of this machine.\n//!\n{}\nfleetwright_host::entry!({}::PROGRAM);\n",
            origin(source),
            name.replace('-', "_")
        );
        add(format!("firmware/{name}/src/main.rs"), main);
    }
}

/// What a platform has a share in, or all of it.
const CUSTOM: &str = "custom";
const CLUSTER: &str = "cluster";
const DIMS: &str = "dims";
const KEEPS: &str = "keeps";
const MDNS: &str = "mdns";
const PINNED: &str = "pinned";
const TLS: &str = "tls";
/// What the runtime knows nothing of.
const OF_PLATFORMS: [&str; 7] = [DIMS, MDNS, "networks", PINNED, "power-save", "static-address", TLS];

/// Features of a crate, as they follow in the manifest.
fn listed<'n>(needs: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = needs.map(|need| format!("\"{need}\"")).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(", features = [{}]", names.join(", "))
}

/// What the custom roles of the node use of crates.io, as lines of the manifest.
fn crates(node: &NodePlan) -> Vec<String> {
    let mut lines = BTreeSet::new();
    for role in &node.roles {
        let RoleKind::Custom(custom) = &role.kind else { continue };
        for model::Crate { name, version, features, default_features } in &custom.crates {
            let default = if *default_features { "" } else { ", default-features = false" };
            let features = if features.is_empty() { String::new() } else { format!(", features = {features:?}") };
            lines.insert(format!("{name} = {{ version = {version:?}{default}{features} }}"));
        }
    }
    lines.into_iter().collect()
}
