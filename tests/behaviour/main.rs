//! Example fleets as a person would use them: generated, compiled, on a real Mosquitto. A machine without Mosquitto
//! fails here; `cargo xtask setup` mends that.

mod alone;
mod apply;
mod attack;
mod broken;
mod cli;
mod compile;
mod custom;
mod emulator;
mod examples;
mod leaks;
mod limits;
mod manifest;
mod passwords;
mod renewal;
mod rights;
mod scenarios;
mod sizes;
mod smoke;
mod soak;
mod tls;
mod traffic;
mod yard;

use fleetwright_generator::Output;
use xtask::stage::{Shown, Stage};

/// The committed output of an example fleet; `xtask gen --check` proves that it is current.
fn generated(fleet: &str) -> Output {
    let root = xtask::fleets::root();
    let path = root.join(format!("fleets/{fleet}.yaml"));
    let output = xtask::fleets::generate(&path, &root.join("generated"), None).expect("an example");
    output.expect("an example without mistakes")
}

/// A layout of an example fleet, running.
fn stage(fleet: &str, layout: &str) -> Stage {
    let output = generated(fleet);
    let plan = output.plans.iter().find(|plan| plan.layout == layout).expect("a layout of the example");
    let out = xtask::fleets::root().join("generated");
    Stage::start(&out, plan, &output.artifacts, Shown::default()).expect("it starts")
}
