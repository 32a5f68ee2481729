//! States with an owner: fleets whose relays are set by buttons, contacts, rules and clients, on hosts and on the emulator.

use fleetwright_generator::plan::Plan;
use lab::nodes::NodePlatform;
use lab::scenario::{ScenarioOutcome, ScenarioRunner};
use project::sync::{Mode, sync};
use project::{fleets, root};

/// Plays all scenarios of a fleet below `fleets/` beside this file, with some words changed; what the first that fails
/// reports.
fn play(on: NodePlatform, fleet: &str, changes: &[(&str, &str)]) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a folder");
    // The Rust of custom roles lies beside the file, so one that is not changed stays where it is.
    let mut path = root().join(format!("tests/behaviour/fleets/{fleet}.yaml"));
    if !changes.is_empty() {
        let mut text = std::fs::read_to_string(&path).expect("a fleet");
        for (before, after) in changes {
            assert!(text.contains(before), "the fleet has `{before}`");
            text = text.replace(before, after);
        }
        path = folder.path().join(format!("{fleet}.yaml"));
        std::fs::write(&path, text).expect("written");
    }
    let out = folder.path().join("out");
    let output = fleets::generate(&path, &out, None).expect("readable").output.expect("no errors");
    sync(&out, fleet, &output.artifacts, Mode::Write).expect("written");
    for plan in &output.plans {
        play_all(&mut ScenarioRunner::start(on, &out, plan, &output.artifacts).expect("it starts"), plan)?;
    }
    Ok(())
}

fn play_all(runner: &mut ScenarioRunner<'_>, plan: &Plan) -> Result<(), String> {
    for index in 0..plan.scenarios.len() {
        let played = runner.run(index, 1).expect("it plays");
        if played.outcome != ScenarioOutcome::Passed {
            return Err(format!("{}\n{}", played.name, played.report(plan)));
        }
    }
    Ok(())
}

fn passes(fleet: &str) {
    for on in [NodePlatform::Host, NodePlatform::Emulator] {
        play(on, fleet, &[]).unwrap_or_else(|report| panic!("{on:?}: {report}"));
    }
}

#[test]
fn a_press_toggles_what_the_relay_is_whoever_made_it_so() {
    passes("button-and-home");
}

#[test]
fn a_button_beside_its_relay_needs_no_broker() {
    passes("offline-button");
}

#[test]
fn a_command_comes_from_a_client_and_comes_once() {
    passes("client-command");
}

#[test]
fn somebodys_own_rust_owns_a_state_and_sets_one() {
    passes("valve");
}

#[test]
fn the_example_passes_its_scenarios() {
    let output = super::generated("plug");
    for on in [NodePlatform::Host, NodePlatform::Emulator] {
        for plan in &output.plans {
            let mut runner =
                ScenarioRunner::start(on, &root().join("generated"), plan, &output.artifacts).expect("it starts");
            play_all(&mut runner, plan).unwrap_or_else(|report| panic!("{on:?}: {report}"));
        }
    }
}

#[test]
fn without_owners_the_same_fleets_fail() {
    let plain = |fleet, owns, sets| play(NodePlatform::Host, fleet, &[("settable: true", "retain: true"), owns, sets]);
    let report = plain("button-and-home", ("owns: relay, at_boot: last", "subscribe: relay"), ("sets:", "publish:"))
        .expect_err("the button knows only what it said itself");
    assert!(report.contains("of plug is low since 0.160 s, not high"), "{report}");
    // A plain button begins with the first label.
    let first = (r#"["OFF", "ON"]"#, r#"["ON", "OFF"]"#);
    let owns = ("owns: relay", r#"subscribe: relay, states: { "ON": on, "OFF": off }"#);
    let sets = ("{ push_button: { sets: relay } }", "{ push_button: { publish: relay } }");
    let client = ("{ set: [relay]", "{ publish: [relay]");
    let plain = [("settable: true", "retain: true"), first, owns, sets, client];
    let report = play(NodePlatform::Host, "offline-button", &plain).expect_err("the button needs the broker");
    assert!(report.starts_with("the plug's own button works without the broker"), "{report}");
}
