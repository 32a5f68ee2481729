//! Rights on the broker, by what is delivered: Mosquitto grants every subscription.

use super::{generated, stage};
use xtask::rights;
use xtask::stage::{PATIENCE, Stage};
use xtask::watch::{Watcher, gets_in};

fn client(stage: &Stage, user: &str) -> Watcher {
    let port = stage.broker.as_ref().expect("a broker").port();
    Watcher::start(port, Some((user, stage.password(user).expect("a user"))), "#", None).expect("in")
}

#[test]
fn a_viewer_hears_everything_and_says_nothing() {
    let stage = stage("room", "one-per-role");
    let viewer = client(&stage, "viewer");
    viewer.expect("room/light", "Off", 0, PATIENCE).expect("heard");
    let mark = stage.observer().expect("a broker").mark();
    viewer.publish("room/button", "turn on", false).expect("sent");
    viewer.publish("room/light", "On", true).expect("sent");
    // A word of somebody who may speak, sent later, is the proof that the others are not on their way.
    let sensor = stage.nodes.iter().position(|node| node.name == "esp-sensor").expect("a node");
    let mut stage = stage;
    stage.nodes[sensor].tell("analog 1023").expect("told");
    stage.observer().expect("a broker").expect("room/brightness", "100", mark, PATIENCE).expect("heard");
    let messages = stage.observer().expect("a broker").messages(mark);
    assert!(messages.iter().all(|message| message.topic == "room/brightness"), "{messages:?}");
}

#[test]
fn a_stolen_account_of_a_node_hears_and_says_what_the_node_may_and_no_more() {
    let mut stage = stage("room", "one-per-role");
    // The thief has the name of the button, and throws the real one out.
    let place = stage.nodes.iter().position(|node| node.name == "esp-button").expect("a node");
    drop(stage.nodes.remove(place));
    let thief = client(&stage, "esp-button");
    let mark = stage.observer().expect("a broker").mark();
    thief.publish("room/light", "On", true).expect("sent");
    thief.publish("room/esp-light/status", "offline", true).expect("sent");
    thief.publish("room/button", "turn on", false).expect("sent");
    let observer = stage.observer().expect("a broker");
    observer.expect("room/button", "turn on", mark, PATIENCE).expect("heard");
    observer.expect("room/light", "On", mark, PATIENCE).expect("decided");
    let foreign = observer.messages(mark).into_iter().any(|message| message.topic == "room/esp-light/status");
    assert!(!foreign && thief.messages(0).is_empty(), "{:?}", thief.messages(0));
}

#[test]
fn strangers_stay_out() {
    let stage = stage("room", "one-per-role");
    let port = stage.broker.as_ref().expect("a broker").port();
    for user in [
        None,
        Some(("stranger", "x")),
        Some(("esp-light", "wrong")),
        Some(("esp-light", "")),
        Some(("viewer", "wrong")),
    ] {
        assert!(!gets_in(port, user, "stranger").expect("an answer"), "{user:?}");
    }
    // A client identifier of somebody else takes nothing over.
    let own = stage.password("viewer").map(|password| ("viewer", password));
    assert!(gets_in(port, own, "esp-light").expect("an answer"));
    let light = stage.nodes.iter().find(|node| node.name == "esp-light").expect("a node");
    assert!(!light.lines().iter().any(|line| line == "link down"));
}

#[test]
fn all_rights_are_those_of_the_plan() {
    for name in ["room", "button-led", "listener"] {
        let output = generated(name);
        for plan in &output.plans {
            rights::prove(plan, &output.artifacts).unwrap_or_else(|error| panic!("{name}/{}: {error:#}", plan.layout));
        }
    }
}

#[test]
fn a_right_too_many_and_a_right_too_few_are_found() {
    let output = generated("room");
    let plan = output.plans.iter().find(|plan| plan.layout == "one-per-role").expect("a layout");
    let with = |from: &str, to: &str| {
        let mut artifacts = output.artifacts.clone();
        let acl = artifacts.iter_mut().find(|file| file.path == "room/one-per-role/broker/acl").expect("generated");
        assert!(acl.text.contains(from));
        acl.text = acl.text.replacen(from, to, 1);
        rights::prove(plan, &artifacts).expect_err("wrong").to_string()
    };
    let deaf = with("topic read room/presence\n", "");
    assert!(deaf.contains("`esp-choice` does not hear `esp-presence` on room/presence"), "{deaf}");
    let loud = with("topic write room/button\n", "topic write room/button\ntopic write room/light\n");
    assert!(loud.contains("`esp-button` may write room/light"), "{loud}");
    let curious = with("topic write room/button\n", "topic write room/button\ntopic read room/#\n");
    assert!(curious.contains("`esp-button` hears `esp-choice` on room/light"), "{curious}");
}
