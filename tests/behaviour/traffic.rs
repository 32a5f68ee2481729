//! What passes the broker, and what must not: states only when they change, and no message does harm.

use super::start_layout;
use broker::watch::Watcher;
use fleetwright_protocol::Report;
use lab::layout::{PATIENCE, RunningLayout};
use std::time::Duration;

fn expect_light(running: &RunningLayout, payload: &str, after: usize) {
    running.observer().expect("a broker").expect("room/light", payload, after, PATIENCE).expect("the light");
    running.expect_switch("lamp", payload == "On").expect("the lamp");
}

#[test]
fn a_decision_is_published_once_however_often_its_reasons_change() {
    let mut running = start_layout("room", "one-per-role");
    // Before it received that nobody is there the decision may have published `On` for a moment: it was dark.
    expect_light(&running, "Off", 0);
    let mark = running.observer().expect("a broker").mark();
    running.set("presence", "present").expect("set");
    expect_light(&running, "On", mark);
    let after = running.observer().expect("a broker").mark();
    for value in ["20", "10", "25"] {
        let mark = running.observer().expect("a broker").mark();
        running.set("sensor", value).expect("set");
        running.observer().expect("a broker").expect("room/brightness", value, mark, PATIENCE).expect("the figure");
    }
    running.set("sensor", "60").expect("set");
    expect_light(&running, "Off", after);
    let messages = running.observer().expect("a broker").messages(after);
    let lights: Vec<&str> = messages
        .iter()
        .filter(|message| message.topic == "room/light")
        .map(|message| message.payload.as_str())
        .collect();
    assert_eq!(lights, ["Off"]);
}

#[test]
fn what_does_not_change_is_not_published() {
    let mut running = start_layout("button-led", "two-esps");
    running.observer().expect("a broker").expect("state_led", "0", 0, PATIENCE).expect("the state at the start");
    let mark = running.observer().expect("a broker").mark();
    // Set twice, and bounced: shorter than the debounce time there and back.
    for state in ["released", "pressed", "released", "pressed", "pressed"] {
        running.set("button", state).expect("set");
    }
    running.observer().expect("a broker").expect("state_led", "1", mark, PATIENCE).expect("published");
    running.set("button", "pressed").expect("set");
    std::thread::sleep(Duration::from_millis(200));
    let messages = running.observer().expect("a broker").messages(mark);
    let payloads: Vec<&str> = messages.iter().map(|message| message.payload.as_str()).collect();
    assert_eq!(payloads, ["1"]);
}

#[test]
fn what_is_too_long_or_tries_to_start_a_line_does_no_harm() {
    let running = start_layout("listener", "default");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    let publisher =
        Watcher::start(endpoint, Some(("speaker", running.password("speaker").expect("a client"))), "test", None)
            .expect("in");
    publisher.publish("test", &"x".repeat(3_000), false).expect("published");
    publisher.publish("test", "a\npin 5 high", false).expect("published");
    publisher.publish("test", "still here", false).expect("published");
    let node = &running.nodes[0];
    node.expect(Report::Log("Received a message with topic 'test', length 10 bytes: still here"), 0, PATIENCE)
        .expect("printed");
    assert!(!node.lines().iter().any(|line| line == "pin 5 high" || line == "link down"), "{:?}", node.lines());
}
