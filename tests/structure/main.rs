//! The house, held to its drawing: who may depend on whom, no circle of modules, files and functions that a reader can
//! hold in mind, and libraries that don't print. The drawing is in ARCHITECTURE.md.

mod circles;
mod crates;
mod generated;
mod paths;
mod sizes;
mod source;

use source::Crate;

/// The crates whose modules are looked at, by their folders.
const CRATES: [&str; 18] = [
    "generator",
    "firmware/protocol",
    "firmware/node",
    "firmware/tls",
    "firmware/mdns",
    "firmware/devices",
    "firmware/chip",
    "firmware/standin",
    "firmware/host",
    "firmware/crowd",
    "xtask",
    "xtask/project",
    "xtask/lx106",
    "xtask/import",
    "xtask/credentials",
    "xtask/broker",
    "xtask/lab",
    "xtask/deploy",
];

#[test]
fn no_module_needs_one_that_needs_it() {
    let mut found = Vec::new();
    for folder in CRATES {
        let krate = Crate::read(folder);
        found.extend(circles::circles(&krate).into_iter().map(|circle| format!("{folder}\n{circle}")));
    }
    assert!(found.is_empty(), "circles of modules:\n{}", found.join("\n"));
}

#[test]
fn only_the_door_prints() {
    let mut found = Vec::new();
    for folder in CRATES.iter().filter(|folder| **folder == "generator" || folder.starts_with("xtask/")) {
        found.extend(Crate::read(folder).printing());
    }
    assert!(found.is_empty(), "libraries return what happened, and the door prints it:\n{}", found.join("\n"));
}
