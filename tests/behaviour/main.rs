//! Example fleets as a person would use them: generated, compiled, on a real Mosquitto. A machine without Mosquitto
//! fails here; `cargo xtask setup` mends that.

mod alone;
mod apply;
mod archive_server;
mod attack;
mod broken;
mod cli;
mod cluster;
mod compile;
mod custom;
mod emulator;
mod examples;
mod flashing;
mod installation;
mod leaks;
mod limits;
mod manifest;
mod mdns;
mod ordinary_user;
mod passwords;
mod renewal;
mod responder;
mod rights;
mod rom_loader;
mod scenarios;
mod sdk_download;
mod secrets;
mod sizes;
mod smoke;
mod soak;
mod states;
mod stepped;
mod tls;
mod traffic;
mod wifi;

use fleetwright_generator::Output;
use lab::layout::{Callbacks, RunningLayout};
use lab::nodes::NodePlatform;
use project::sync::{Mode, sync};
use project::{fleets, root};
use std::path::Path;

/// The room as it stands in the examples, under a name of its own and with some words changed, generated into a folder.
fn room(name: &str, out: &Path, changes: &[(&str, &str)]) -> Output {
    let mut text = std::fs::read_to_string(root().join("fleets/room.yaml")).expect("an example");
    for (before, after) in [&[("fleet: room", format!("fleet: {name}").as_str())], changes].concat() {
        assert!(text.contains(before), "the room has `{before}`");
        text = text.replace(before, after);
    }
    let path = out.join("room.yaml");
    std::fs::write(&path, text).expect("written");
    let output = fleets::generate(&path, out, None).expect("readable").output.expect("no errors");
    sync(out, name, &output.artifacts, Mode::Write).expect("written");
    output
}

/// The committed output of an example fleet; `xtask gen --check` proves that it is current.
fn generated(fleet: &str) -> Output {
    let root = project::root();
    let path = root.join(format!("fleets/{fleet}.yaml"));
    let generated = project::fleets::generate(&path, &root.join("generated"), None).expect("an example");
    generated.output.expect("an example without mistakes")
}

/// A layout of an example fleet, running.
fn start_layout(fleet: &str, layout: &str) -> RunningLayout {
    start_layout_on(NodePlatform::Host, fleet, layout)
}

/// The same, with nodes that run on this.
fn start_layout_on(on: NodePlatform, fleet: &str, layout: &str) -> RunningLayout {
    let output = generated(fleet);
    let plan = output.plans.iter().find(|plan| plan.layout == layout).expect("a layout of the example");
    let out = project::root().join("generated");
    RunningLayout::start_on(on, &out, plan, &output.artifacts, Callbacks::default()).expect("it starts")
}
