//! The smoke run of `verify`: fleets that use every key of the language pass it, and what is wrong is found.

use super::start_layout;
use fleetwright_generator::model::{Outcome, RoleKind, Security, Sends};
use lab::layout::{Callbacks, RunningLayout};
use lab::rights;
use lab::smoke;
use project::sync::{Mode, sync};
use project::{fleets, root};
use std::time::Duration;

/// Long enough for what really happens, short enough to wait for what does not.
const PATIENCE: Duration = Duration::from_secs(3);

#[test]
fn a_node_that_decides_otherwise_is_found_out() {
    for layout in ["one-per-role", "all-in-one"] {
        let mut running = start_layout("room", layout);
        // The plan changes behind the back of the running nodes: the last rule now gives `On`.
        for role in running.plan.nodes.iter_mut().flat_map(|node| &mut node.roles) {
            if let RoleKind::Decision { rules, .. } = &mut role.kind {
                rules.last_mut().expect("rules").then = Outcome::Label(1);
            }
        }
        let complaint = format!("{:#}", smoke::run_for(&mut running, PATIENCE).expect_err("wrong"));
        let expected = if layout == "all-in-one" { "`lamp` on D1 high" } else { "expected" };
        assert!(complaint.contains("`sensor` read 1023") && complaint.contains(expected), "{complaint}");
    }
}

#[test]
fn a_switch_that_is_wired_the_other_way_round_is_found_out() {
    let mut running = start_layout("button-led", "one-esp");
    for role in running.plan.nodes.iter_mut().flat_map(|node| &mut node.roles) {
        if let RoleKind::SwitchOutput { active_high, .. } = &mut role.kind {
            *active_high = false;
        }
    }
    let complaint = format!("{:#}", smoke::run_for(&mut running, PATIENCE).expect_err("wrong"));
    assert!(complaint.contains("`led` on D1 high"), "{complaint}");
}

#[test]
fn a_lamp_that_shines_too_much_is_found_out() {
    let mut running = start_layout("dimmer", "one-esp");
    for role in running.plan.nodes.iter_mut().flat_map(|node| &mut node.roles).filter(|role| role.key == "pilot") {
        if let RoleKind::DimmerOutput { active_high, .. } = &mut role.kind {
            *active_high = true;
        }
    }
    let complaint = format!("{:#}", smoke::run_for(&mut running, PATIENCE).expect_err("wrong"));
    assert!(complaint.contains("`pilot` on D2 high for"), "{complaint}");
}

#[test]
fn a_button_that_asks_for_something_else_is_found_out() {
    let mut running = start_layout("plug", "default");
    for role in running.plan.nodes.iter_mut().flat_map(|node| &mut node.roles).filter(|role| role.key == "button") {
        if let RoleKind::PushButton { sends, .. } = &mut role.kind {
            // OFF first, whatever the relay is.
            *sends = Sends::Press;
        }
    }
    let complaint = format!("{:#}", smoke::run_for(&mut running, PATIENCE).expect_err("wrong"));
    assert!(complaint.contains("pressed `button`") && complaint.contains("`plug/relay OFF`"), "{complaint}");
}

#[test]
fn an_owner_that_says_nothing_is_found_out() {
    let mut running = start_layout("plug", "default");
    // What the plan calls the state nobody publishes.
    let state = running.plan.topics.iter_mut().find(|topic| topic.path == "plug/relay").expect("a state");
    state.path = "plug/other".into();
    let complaint = format!("{:#}", smoke::run_for(&mut running, PATIENCE).expect_err("wrong"));
    assert!(complaint.contains("`plug/other"), "{complaint}");
}

/// Generates a fleet of the tests into a folder of its own, and proves all of its layouts.
fn prove(name: &str) {
    let out = tempfile::tempdir().expect("a folder");
    let path = root().join("tests/behaviour/fleets").join(format!("{name}.yaml"));
    let output = fleets::generate(&path, out.path(), None).expect("readable").output.expect("no errors");
    sync(out.path(), name, &output.artifacts, Mode::Write).expect("written");
    for plan in &output.plans {
        let mut running =
            RunningLayout::start(out.path(), plan, &output.artifacts, Callbacks::default()).expect("on stage");
        smoke::run_for(&mut running, PATIENCE * 5).unwrap_or_else(|error| panic!("{name}/{}: {error:#}", plan.layout));
        if plan.security == Security::Password {
            rights::prove(plan, &output.artifacts).expect("the plan's rights");
        }
    }
}

#[test]
fn every_role_and_payload() {
    prove("kitchen");
}

#[test]
fn names_that_are_hard_to_spell() {
    prove("odd");
}

#[test]
fn every_form_of_a_rule() {
    prove("everything");
}

#[test]
fn a_state_that_somebodys_own_rust_owns() {
    prove("valve");
}
