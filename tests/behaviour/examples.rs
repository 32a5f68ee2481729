//! What the example fleets do.

use super::{generated, stage};
use fleetwright_generator::plan::Place;
use fleetwright_protocol::Report;
use lab::layout::{PATIENCE, RunningLayout};
use std::time::Duration;

/// Sets an input and waits for a message on the broker.
fn light(stage: &mut RunningLayout, act: impl FnOnce(&mut RunningLayout), expected: &str) {
    let mark = stage.observer().expect("a broker").mark();
    act(stage);
    stage.observer().expect("a broker").expect("room/light", expected, mark, PATIENCE).expect("the light follows");
    stage.expect_switch("lamp", expected == "On").expect("the lamp follows");
}

/// A dark room with somebody in it: whatever came first at the start, it ends with a light, and nothing is under way.
fn lit_room() -> RunningLayout {
    let mut stage = stage("room", "one-per-role");
    stage.set("presence", "present").expect("set");
    stage.set("sensor", "12").expect("set");
    let observer = stage.observer().expect("a broker");
    observer.expect("room/brightness", "12", 0, PATIENCE).expect("dark");
    observer.expect("room/light", "On", 0, PATIENCE).expect("a light");
    stage.expect_switch("lamp", true).expect("the lamp follows");
    stage
}

#[test]
fn room_one_per_role() {
    let mut stage = lit_room();
    light(&mut stage, |stage| stage.set("sensor", "80").expect("set"), "Off");
    light(&mut stage, |stage| stage.press("button").expect("pressed"), "On");
    light(&mut stage, |stage| stage.press("button").expect("pressed"), "Off");
}

#[test]
fn room_all_in_one_acts_the_same_without_any_connection() {
    let mut stage = stage("room", "all-in-one");
    assert!(stage.plan.nodes.iter().all(|node| node.status.is_none()));
    assert!(stage.plan.topics.iter().all(|topic| matches!(topic.place, Place::Node(0))));
    stage.set("presence", "present").expect("set");
    stage.set("sensor", "12").expect("set");
    stage.expect_switch("lamp", true).expect("dark, and somebody is there");
    stage.set("sensor", "80").expect("set");
    stage.expect_switch("lamp", false).expect("bright");
    stage.press("button").expect("pressed");
    stage.expect_switch("lamp", true).expect("the button wins");
    assert!(stage.observer().expect("the viewer's broker").messages(0).is_empty());
    assert!(!stage.nodes[0].lines().iter().any(|line| line.starts_with("link")));
}

#[test]
fn nodes_come_back_after_the_broker_does_and_state_is_right_again() {
    let mut stage = lit_room();
    stage.broker.as_mut().expect("a broker").stop(0).expect("stops");
    for node in &stage.nodes {
        node.expect(Report::Link(false), 0, PATIENCE).expect("it notices");
    }
    let mark = stage.observer().expect("a broker").mark();
    stage.broker.as_mut().expect("a broker").start_again().expect("it starts again");
    let observer = stage.observer().expect("a broker");
    // The broker kept nothing: whatever is received now was published again.
    for (topic, payload) in [("room/light", "On"), ("room/brightness", "12"), ("room/presence", "present")] {
        observer.expect(topic, payload, mark, PATIENCE).expect("published again");
    }
    for node in &stage.plan.nodes {
        observer.expect(node.status.as_ref().expect("networked"), "online", mark, PATIENCE).expect("online again");
    }
    stage.expect_switch("lamp", true).expect("still on");
    light(&mut stage, |stage| stage.set("sensor", "80").expect("set"), "Off");
}

#[test]
fn a_node_that_dies_is_said_to_be_offline() {
    let mut stage = stage("listener", "default");
    let mark = stage.observer().expect("a broker").mark();
    drop(stage.nodes.remove(0));
    stage
        .observer()
        .expect("a broker")
        .expect("listener/esp-listener/status", "offline", mark, PATIENCE)
        .expect("the will");
}

#[test]
fn the_listener_prints_in_the_words_of_the_exercise() {
    let stage = stage("listener", "default");
    let user = stage.password("speaker").map(|password| ("speaker", password));
    let endpoint = stage.broker.as_ref().expect("a broker").endpoint();
    let speaker = broker::watch::Watcher::start(endpoint, user, "test", None).expect("the speaker gets in");
    speaker.publish("test", "test pub", false).expect("published");
    let line = "Received a message with topic 'test', length 8 bytes: test pub";
    stage.nodes[0].expect(Report::Log(line), 0, PATIENCE).expect("printed");
}

#[test]
fn who_has_no_right_to_a_topic_neither_hears_nor_speaks() {
    let stage = stage("listener", "default");
    let endpoint = stage.broker.as_ref().expect("a broker").endpoint();
    let user = stage.password("speaker").map(|password| ("speaker", password));
    let speaker = broker::watch::Watcher::start(endpoint, user, "#", None).expect("the speaker gets in");
    let observer = stage.observer().expect("a broker");
    speaker.publish("listener/esp-listener/status", "hacked", true).expect("sent");
    speaker.publish("test", "fence", false).expect("sent");
    // One connection, one broker thread: what was sent before the fence was judged before it.
    observer.expect("test", "fence", 0, PATIENCE).expect("the fence");
    assert!(!observer.messages(0).iter().any(|message| message.payload == "hacked"));
    assert_eq!(speaker.messages(0), [], "it may publish `test` and receive nothing");
}

#[test]
fn the_led_follows_the_button_and_only_changes_are_published() {
    let mut stage = stage("button-led", "two-esps");
    for (state, payload, on) in [("pressed", "1", true), ("released", "0", false), ("pressed", "1", true)] {
        let mark = stage.observer().expect("a broker").mark();
        stage.set("button", state).expect("set");
        stage.observer().expect("a broker").expect("state_led", payload, mark, PATIENCE).expect("published");
        stage.expect_switch("led", on).expect("followed");
        std::thread::sleep(Duration::from_millis(200));
    }
    let all: Vec<String> = stage
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
    let mut stage = stage("button-led", "one-esp");
    assert!(stage.broker.is_none());
    stage.set("button", "pressed").expect("set");
    stage.expect_switch("led", true).expect("followed");
    stage.set("button", "released").expect("set");
    stage.expect_switch("led", false).expect("followed");
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
    let programs = lab::nodes::build(&project::fleets::root().join("generated"), plan).expect("it compiles");
    let words = ["--time", "virtual"].map(str::to_owned);
    let mut node = lab::nodes::Node::start("esp-both", &programs.join("esp-both"), &words, None).expect("it starts");
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
