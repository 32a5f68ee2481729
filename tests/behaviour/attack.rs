//! The lab's attack, with Mosquitto's own clients: it works where security is open, and nowhere else.

use lab::layout::{Callbacks, RunningLayout};
use project::sync::{Mode, sync};
use project::{fleets, root};
use std::process::Command;

/// The button and the LED on two boards, with this security: how the attack ends, what it prints, and whether the LED
/// that was on is still on.
fn attacked(security: &str) -> (Option<i32>, String, bool) {
    let name = format!("attack-{security}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fleet.yaml");
    let text = std::fs::read_to_string(root().join("fleets/button-led.yaml")).expect("an example");
    let text = text.replace("security: password", &format!("security: {security}"));
    std::fs::write(&path, text.replace("fleet: button-led", &format!("fleet: {name}"))).expect("written");
    let out = folder.path().join("out");
    let output = fleets::generate(&path, &out, None).expect("readable").output.expect("no errors");
    sync(&out, &name, &output.artifacts, Mode::Write).expect("written");
    let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
    let mut running = RunningLayout::start(&out, plan, &output.artifacts, Callbacks::default()).expect("it starts");
    running.set("button", "pressed").expect("set");
    running.expect_switch("led", true).expect("on");
    let port = running.broker.as_ref().expect("a broker").endpoint().port.to_string();
    let attack = Command::new(root().join("tests/attack/lab.sh")).args(["127.0.0.1", &port]).output().expect("it runs");
    let output = String::from_utf8_lossy(&attack.stdout).into_owned();
    if attack.status.code() == Some(0) {
        running.expect_switch("led", false).expect("switched by a client without an account");
    }
    // The button's next message comes behind all that the attacker published.
    let mark = running.observer().expect("a broker").mark();
    let led = running.plan.nodes.iter().position(|node| node.name == "esp-led").expect("a node");
    let lit = running.nodes[led]
        .lines()
        .iter()
        .rev()
        .find(|line| line.starts_with("pin 5 "))
        .is_some_and(|line| line == "pin 5 high");
    running.set("button", "released").expect("set");
    running.observer().expect("a broker").expect("state_led", "0", mark, lab::layout::PATIENCE).expect("received");
    (attack.status.code(), output, lit)
}

#[test]
fn it_works_where_security_is_open() {
    let (code, output, lit) = attacked("open");
    assert_eq!((code, lit), (Some(0), false), "{output}");
    assert!(output.contains("the attacker reads and switches"), "{output}");
}

#[test]
fn it_fails_where_everybody_has_a_password() {
    let (code, output, lit) = attacked("password");
    assert_eq!((code, lit), (Some(1), true), "{output}");
    assert!(output.contains("ot authori"), "{output}");
}

#[test]
fn it_fails_where_everything_is_encrypted() {
    for security in ["tls", "tls-pinned"] {
        let (code, output, lit) = attacked(security);
        assert_eq!((code, lit), (Some(1), true), "{output}");
    }
}
