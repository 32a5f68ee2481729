//! What passes the broker, and what must not: states only when they change, and no message does harm.

use super::stage;
use broker::watch::Watcher;
use fleetwright_protocol::Report;
use lab::layout::{PATIENCE, RunningLayout};
use std::time::Duration;

fn expect_light(stage: &RunningLayout, says: &str, after: usize) {
    stage.observer().expect("a broker").expect("room/light", says, after, PATIENCE).expect("the light");
    stage.expect_switch("lamp", says == "On").expect("the lamp");
}

#[test]
fn a_decision_is_published_once_however_often_its_reasons_change() {
    let mut stage = stage("room", "one-per-role");
    // Before it received that nobody is there the decision may have published `On` for a moment: it was dark.
    expect_light(&stage, "Off", 0);
    let mark = stage.observer().expect("a broker").mark();
    stage.set("presence", "present").expect("set");
    expect_light(&stage, "On", mark);
    let after = stage.observer().expect("a broker").mark();
    for value in ["20", "10", "25"] {
        let mark = stage.observer().expect("a broker").mark();
        stage.set("sensor", value).expect("set");
        stage.observer().expect("a broker").expect("room/brightness", value, mark, PATIENCE).expect("the figure");
    }
    stage.set("sensor", "60").expect("set");
    expect_light(&stage, "Off", after);
    let messages = stage.observer().expect("a broker").messages(after);
    let lights: Vec<&str> = messages
        .iter()
        .filter(|message| message.topic == "room/light")
        .map(|message| message.payload.as_str())
        .collect();
    assert_eq!(lights, ["Off"]);
}

#[test]
fn what_does_not_change_is_not_published() {
    let mut stage = stage("button-led", "two-esps");
    stage.observer().expect("a broker").expect("state_led", "0", 0, PATIENCE).expect("the state at the start");
    let mark = stage.observer().expect("a broker").mark();
    // Set twice, and bounced: shorter than the debounce time there and back.
    for state in ["released", "pressed", "released", "pressed", "pressed"] {
        stage.set("button", state).expect("set");
    }
    stage.observer().expect("a broker").expect("state_led", "1", mark, PATIENCE).expect("published");
    stage.set("button", "pressed").expect("set");
    std::thread::sleep(Duration::from_millis(200));
    let messages = stage.observer().expect("a broker").messages(mark);
    let words: Vec<&str> = messages.iter().map(|message| message.payload.as_str()).collect();
    assert_eq!(words, ["1"]);
}

#[test]
fn what_is_too_long_or_tries_to_start_a_line_does_no_harm() {
    let stage = stage("listener", "default");
    let endpoint = stage.broker.as_ref().expect("a broker").endpoint();
    let speaker =
        Watcher::start(endpoint, Some(("speaker", stage.password("speaker").expect("a client"))), "test", None)
            .expect("in");
    speaker.publish("test", &"x".repeat(3_000), false).expect("published");
    speaker.publish("test", "a\npin 5 high", false).expect("published");
    speaker.publish("test", "still here", false).expect("published");
    let node = &stage.nodes[0];
    node.expect(Report::Log("Received a message with topic 'test', length 10 bytes: still here"), 0, PATIENCE)
        .expect("printed");
    assert!(!node.lines().iter().any(|line| line == "pin 5 high" || line == "link down"), "{:?}", node.lines());
}
