//! What the example fleets do.

use super::{generated, start_layout};
use fleetwright_generator::plan::Location;
use fleetwright_protocol::Report;
use lab::layout::{PATIENCE, RunningLayout};
use std::time::Duration;

/// Sets an input and waits for a message on the broker.
fn light(running: &mut RunningLayout, act: impl FnOnce(&mut RunningLayout), expected: &str) {
    let mark = running.observer().expect("a broker").mark();
    act(running);
    running.observer().expect("a broker").expect("room/light", expected, mark, PATIENCE).expect("the light follows");
    running.expect_switch("lamp", expected == "On").expect("the lamp follows");
}

/// A dark room with somebody in it: whatever came first at the start, it ends with a light, and nothing is under way.
fn lit_room() -> RunningLayout {
    let mut running = start_layout("room", "one-per-role");
    running.set("presence", "present").expect("set");
    running.set("sensor", "12").expect("set");
    let observer = running.observer().expect("a broker");
    observer.expect("room/brightness", "12", 0, PATIENCE).expect("dark");
    observer.expect("room/light", "On", 0, PATIENCE).expect("a light");
    running.expect_switch("lamp", true).expect("the lamp follows");
    running
}

#[test]
fn room_one_per_role() {
    let mut running = lit_room();
    light(&mut running, |running| running.set("sensor", "80").expect("set"), "Off");
    light(&mut running, |running| running.press("button").expect("pressed"), "On");
    light(&mut running, |running| running.press("button").expect("pressed"), "Off");
}

#[test]
fn room_all_in_one_acts_the_same_without_any_connection() {
    let mut running = start_layout("room", "all-in-one");
    assert!(running.plan.nodes.iter().all(|node| node.status.is_none()));
    assert!(running.plan.topics.iter().all(|topic| matches!(topic.location, Location::Node(0))));
    running.set("presence", "present").expect("set");
    running.set("sensor", "12").expect("set");
    running.expect_switch("lamp", true).expect("dark, and somebody is there");
    running.set("sensor", "80").expect("set");
    running.expect_switch("lamp", false).expect("bright");
    running.press("button").expect("pressed");
    running.expect_switch("lamp", true).expect("the button wins");
    assert!(running.observer().expect("the viewer's broker").messages(0).is_empty());
    assert!(!running.nodes[0].lines().iter().any(|line| line.starts_with("link")));
}

#[test]
fn nodes_come_back_after_the_broker_does_and_state_is_right_again() {
    let mut running = lit_room();
    running.broker.as_mut().expect("a broker").stop(0).expect("stops");
    for node in &running.nodes {
        node.expect(Report::Link(false), 0, PATIENCE).expect("it notices");
    }
    let mark = running.observer().expect("a broker").mark();
    running.broker.as_mut().expect("a broker").start_again().expect("it starts again");
    let observer = running.observer().expect("a broker");
    // The broker kept nothing: whatever is received now was published again.
    for (topic, payload) in [("room/light", "On"), ("room/brightness", "12"), ("room/presence", "present")] {
        observer.expect(topic, payload, mark, PATIENCE).expect("published again");
    }
    for node in &running.plan.nodes {
        observer.expect(node.status.as_ref().expect("networked"), "online", mark, PATIENCE).expect("online again");
    }
    running.expect_switch("lamp", true).expect("still on");
    light(&mut running, |running| running.set("sensor", "80").expect("set"), "Off");
}

#[test]
fn a_node_that_dies_is_said_to_be_offline() {
    let mut running = start_layout("listener", "default");
    let mark = running.observer().expect("a broker").mark();
    drop(running.nodes.remove(0));
    running
        .observer()
        .expect("a broker")
        .expect("listener/esp-listener/status", "offline", mark, PATIENCE)
        .expect("the will");
}

#[test]
fn the_listener_prints_in_the_words_of_the_exercise() {
    let running = start_layout("listener", "default");
    let user = running.password("speaker").map(|password| ("speaker", password));
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    let publisher = broker::watch::Watcher::start(endpoint, user, "test", None).expect("the speaker gets in");
    publisher.publish("test", "test pub", false).expect("published");
    let line = "Received a message with topic 'test', length 8 bytes: test pub";
    running.nodes[0].expect(Report::Log(line), 0, PATIENCE).expect("printed");
}

#[test]
fn who_has_no_right_to_a_topic_neither_hears_nor_speaks() {
    let running = start_layout("listener", "default");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    let user = running.password("speaker").map(|password| ("speaker", password));
    let publisher = broker::watch::Watcher::start(endpoint, user, "#", None).expect("the speaker gets in");
    let observer = running.observer().expect("a broker");
    publisher.publish("listener/esp-listener/status", "hacked", true).expect("sent");
    publisher.publish("test", "fence", false).expect("sent");
    // One connection, one broker thread: what was sent before the fence was judged before it.
    observer.expect("test", "fence", 0, PATIENCE).expect("the fence");
    assert!(!observer.messages(0).iter().any(|message| message.payload == "hacked"));
    assert_eq!(publisher.messages(0), [], "it may publish `test` and receive nothing");
}

#[test]
fn the_led_follows_the_button_and_only_changes_are_published() {
    let mut running = start_layout("button-led", "two-esps");
    for (state, payload, on) in [("pressed", "1", true), ("released", "0", false), ("pressed", "1", true)] {
        let mark = running.observer().expect("a broker").mark();
        running.set("button", state).expect("set");
        running.observer().expect("a broker").expect("state_led", payload, mark, PATIENCE).expect("published");
        running.expect_switch("led", on).expect("followed");
        std::thread::sleep(Duration::from_millis(200));
    }
    let all: Vec<String> = running
        .observer()
        .expect("a broker")
        .messages(0)
        .into_iter()
        .filter(|message| message.topic == "state_led")
        .map(|message| message.payload)
        .collect();
    assert_eq!(all, ["0", "1", "0", "1"]);
}

#[test]
fn one_esp_needs_no_broker() {
    let mut running = start_layout("button-led", "one-esp");
    assert!(running.broker.is_none());
    running.set("button", "pressed").expect("set");
    running.expect_switch("led", true).expect("followed");
    running.set("button", "released").expect("set");
    running.expect_switch("led", false).expect("followed");
}

#[test]
fn the_acl_says_what_the_plan_says_and_nothing_else() {
    for fleet in ["room", "listener", "button-led"] {
        let output = generated(fleet);
        for plan in &output.plans {
            let path = format!("{}/{}/broker/acl", plan.fleet, plan.layout);
            let acl = output.artifacts.iter().find(|artifact| artifact.path == path).expect("an ACL");
            let mut users: Vec<(&str, Vec<&str>, Vec<&str>)> = Vec::new();
            for line in acl.text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
                match line.splitn(3, ' ').collect::<Vec<_>>().as_slice() {
                    ["user", name] => users.push((name, Vec::new(), Vec::new())),
                    ["topic", "read", topic] => users.last_mut().expect("a user first").1.push(topic),
                    ["topic", "write", topic] => users.last_mut().expect("a user first").2.push(topic),
                    _ => panic!("no line of an ACL: {line}"),
                }
            }
            let planned = plan.users.iter().map(|user| {
                let texts = |list: &'_ [String]| list.to_vec();
                (user.name.clone(), texts(&user.read), texts(&user.write))
            });
            let found = users.into_iter().map(|(name, read, write)| {
                let texts = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
                (name.to_owned(), texts(read), texts(write))
            });
            assert!(planned.eq(found), "{path}");
        }
    }
}

/// What a node answers to a command that it does not know.
const UNKNOWN: &str =
    "`time`: expected a command: `pin`, `analog`, `bme280`, `wifi`, `heap`, `advance`, `sync` or `quit`";

#[test]
fn virtual_time_passes_as_fast_as_it_is_told_to() {
    let output = generated("button-led");
    let plan = output.plans.iter().find(|plan| plan.layout == "one-esp").expect("a layout of the example");
    let programs = lab::nodes::build(&project::root().join("generated"), plan).expect("it compiles");
    let arguments = ["--time", "virtual"].map(str::to_owned);
    let mut node =
        lab::nodes::Node::start("esp-both", &programs.join("esp-both"), &arguments, None).expect("it starts");
    node.expect(Report::Ready, 0, PATIENCE).expect("ready");
    // Pressed for 29 ms, the contact may still bounce; after 30 ms it counts.
    for line in ["pin 4 low", "advance 29", "advance 1", "advance 86400000", "time"] {
        node.send_line(line).expect("told");
    }
    let unknown = Report::Error(UNKNOWN);
    node.expect(unknown, 0, PATIENCE).expect("answered");
    assert_eq!(
        node.lines(),
        [
            "pin 5 low",
            "topic state_led 0",
            "ready",
            "time 29",
            "topic state_led 1",
            "pin 5 high",
            "time 30",
            "time 86400030",
            unknown.to_string().as_str()
        ]
    );
}
