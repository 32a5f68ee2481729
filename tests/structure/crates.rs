//! Who may depend on whom.

use crate::source::root;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Each crate of the project, and all others of it that it may depend on; from the bottom up, so that no circle can be
/// written down.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("fleetwright-node", &[]),
    ("fleetwright-mdns", &[]),
    ("fleetwright-devices", &[]),
    ("fleetwright-generator", &["fleetwright-mdns", "fleetwright-node"]),
    ("fleetwright-protocol", &["fleetwright-devices"]),
    ("fleetwright-tls", &["fleetwright-node"]),
    ("fleetwright-chip", &["fleetwright-mdns", "fleetwright-node", "fleetwright-tls"]),
    ("fleetwright-standin", &["fleetwright-devices", "fleetwright-protocol"]),
    (
        "fleetwright-host",
        &["fleetwright-devices", "fleetwright-mdns", "fleetwright-node", "fleetwright-protocol", "fleetwright-tls"],
    ),
    ("fleetwright-crowd", &["fleetwright-node", "fleetwright-protocol"]),
    ("project", &["fleetwright-generator"]),
    ("lx106", &["fleetwright-chip", "project"]),
    ("import", &["fleetwright-generator"]),
    ("credentials", &["fleetwright-generator", "fleetwright-tls", "project"]),
    ("broker", &["credentials", "fleetwright-generator", "fleetwright-tls", "project"]),
    (
        "lab",
        &[
            "broker",
            "credentials",
            "fleetwright-chip",
            "fleetwright-generator",
            "fleetwright-host",
            "fleetwright-protocol",
            "lx106",
            "project",
        ],
    ),
    (
        "deploy",
        &["broker", "credentials", "fleetwright-chip", "fleetwright-generator", "fleetwright-tls", "lx106", "project"],
    ),
    (
        "xtask",
        &[
            "broker",
            "credentials",
            "deploy",
            "fleetwright-generator",
            "fleetwright-protocol",
            "import",
            "lab",
            "lx106",
            "project",
        ],
    ),
];

type Dependencies = BTreeMap<String, BTreeSet<String>>;

/// The crates of the project and what of it each needs to be built, as Cargo knows them.
fn dependencies() -> Dependencies {
    let mut command = Command::new("cargo");
    let output =
        command.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(root()).output().expect("cargo");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let name = |value: &serde_json::Value| value["name"].as_str().expect("a name").to_owned();
    let known: BTreeSet<String> = packages.iter().map(name).collect();
    let needs = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().expect("dependencies");
        // Tests may look at more than what they test is made of.
        let needed = all.iter().filter(|dependency| dependency["kind"].as_str() != Some("dev"));
        needed.map(name).filter(|name| known.contains(name)).collect()
    };
    packages.iter().map(|package| (name(package), needs(package))).collect()
}

#[test]
fn crates_depend_on_what_the_drawing_allows() {
    let found = dependencies();
    let drawn: Dependencies = MAY_DEPEND_ON
        .iter()
        .map(|(name, others)| (name.to_string(), others.iter().map(ToString::to_string).collect()))
        .collect();
    let mut wrong = Vec::new();
    for (name, others) in &found {
        match drawn.get(name) {
            None => wrong.push(format!("`{name}` is not in the drawing")),
            Some(allowed) => {
                let forbidden = others.difference(allowed).map(|other| format!("`{name}` must not know `{other}`"));
                let unused =
                    allowed.difference(others).map(|other| format!("`{name}` does not need `{other}`: strike it"));
                wrong.extend(forbidden.chain(unused));
            }
        }
    }
    wrong.extend(
        drawn.keys().filter(|name| !found.contains_key(*name)).map(|name| format!("there is no crate `{name}`")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_drawing_has_no_circle() {
    let mut above = BTreeSet::new();
    for (name, others) in MAY_DEPEND_ON {
        let early: Vec<_> = others.iter().filter(|other| !above.contains(*other)).collect();
        assert!(early.is_empty(), "`{name}` stands above {early:?}");
        above.insert(*name);
    }
}
