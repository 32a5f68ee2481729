//! Rights on the broker, by what is delivered: Mosquitto grants every subscription.

use super::{generated, start_layout};
use broker::Broker;
use broker::probe::{Connect, Probe, Version, ended, fence, greeted};
use broker::watch::{Watcher, gets_in};
use credentials::passwords::Passwords;
use fleetwright_protocol::{Command, Input};
use lab::layout::{PATIENCE, RunningLayout};
use lab::rights;

fn client(running: &RunningLayout, user: &str) -> Watcher {
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    Watcher::start(endpoint, Some((user, running.password(user).expect("a user"))), "#", None).expect("in")
}

#[test]
fn a_viewer_hears_everything_and_says_nothing() {
    let running = start_layout("room", "one-per-role");
    let viewer = client(&running, "viewer");
    viewer.expect("room/light", "Off", 0, PATIENCE).expect("received");
    let mark = running.observer().expect("a broker").mark();
    viewer.publish("room/button", "turn on", false).expect("sent");
    viewer.publish("room/light", "On", true).expect("sent");
    // A message of somebody who may publish, sent later, is the proof that the others are not on their way.
    let sensor = running.nodes.iter().position(|node| node.name == "esp-sensor").expect("a node");
    let mut running = running;
    running.nodes[sensor].send(Command::Input(Input::Analog(1023))).expect("told");
    running.observer().expect("a broker").expect("room/brightness", "100", mark, PATIENCE).expect("received");
    let messages = running.observer().expect("a broker").messages(mark);
    assert!(messages.iter().all(|message| message.topic == "room/brightness"), "{messages:?}");
}

#[test]
fn a_stolen_account_of_a_node_hears_and_says_what_the_node_may_and_no_more() {
    let mut running = start_layout("room", "one-per-role");
    // The thief has the name of the button, and throws the real one out.
    let index = running.nodes.iter().position(|node| node.name == "esp-button").expect("a node");
    drop(running.nodes.remove(index));
    let thief = client(&running, "esp-button");
    let mark = running.observer().expect("a broker").mark();
    thief.publish("room/light", "On", true).expect("sent");
    thief.publish("room/esp-light/status", "offline", true).expect("sent");
    thief.publish("room/button", "turn on", false).expect("sent");
    let observer = running.observer().expect("a broker");
    observer.expect("room/button", "turn on", mark, PATIENCE).expect("received");
    observer.expect("room/light", "On", mark, PATIENCE).expect("decided");
    let foreign = observer.messages(mark).into_iter().any(|message| message.topic == "room/esp-light/status");
    assert!(!foreign && thief.messages(0).is_empty(), "{:?}", thief.messages(0));
}

#[test]
fn strangers_stay_out() {
    let running = start_layout("room", "one-per-role");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    for user in [
        None,
        Some(("stranger", "x")),
        Some(("esp-light", "wrong")),
        Some(("esp-light", "")),
        Some(("viewer", "wrong")),
    ] {
        assert!(!gets_in(endpoint, user, "stranger").expect("an answer"), "{user:?}");
    }
    // A client identifier of somebody else takes nothing over.
    let own = running.password("viewer").map(|password| ("viewer", password));
    assert!(gets_in(endpoint, own, "esp-light").expect("an answer"));
    let light = running.nodes.iter().find(|node| node.name == "esp-light").expect("a node");
    assert!(!light.lines().iter().any(|line| line == "link down"));
}

#[test]
fn all_rights_are_those_of_the_plan() {
    for name in ["room", "button-led", "listener", "campus"] {
        let output = generated(name);
        for plan in output.plans.iter().filter(|plan| !plan.users.is_empty()) {
            let proof = rights::prove(plan, &output.artifacts).expect("it runs");
            assert_eq!(proof.wrong, [""; 0], "{name}/{}", plan.layout);
        }
    }
}

/// The room's access rules with a fault: what the proof reports of it.
fn with_fault(break_it: impl Fn(&str) -> String) -> String {
    let output = generated("room");
    let plan = output.plans.iter().find(|plan| plan.layout == "one-per-role").expect("a layout");
    let mut artifacts = output.artifacts.clone();
    let acl = artifacts.iter_mut().find(|file| file.path == "room/one-per-role/broker/acl").expect("generated");
    let broken = break_it(&acl.text);
    assert_ne!(broken, acl.text, "nothing was broken");
    acl.text = broken;
    match rights::prove(plan, &artifacts) {
        Ok(proof) => proof.wrong.join("\n"),
        Err(error) => format!("{error:#}"),
    }
}

#[test]
fn faults_in_the_rules_are_found_and_their_lines_are_named() {
    let swap = |text: &str, one: &str, other: &str| text.replace(one, "\0").replace(other, one).replace('\0', other);
    let change = |from: &'static str, to: &'static str| move |text: &str| text.replacen(from, to, 1);
    type Fault<'f> = (&'f str, Box<dyn Fn(&str) -> String + 'f>, &'f [&'f str]);
    let faults: Vec<Fault<'_>> = vec![
        (
            "dropped line",
            Box::new(change("topic read room/presence\n", "")),
            &["`esp-choice` may not read room/presence", "lacks the line `topic read room/presence`"],
        ),
        (
            "added line",
            Box::new(change("topic write room/button\n", "topic write room/button\ntopic write room/light\n")),
            &["`esp-button` may write room/light", "acl:14: `topic write room/light` is in no right of the fleet"],
        ),
        (
            "widened wildcard",
            Box::new(change("topic read room/light\n", "topic read room/#\n")),
            &["`esp-light` may read room/presence", "acl:5: `topic read room/#`"],
        ),
        (
            "swapped users",
            Box::new(|text| swap(text, "user esp-light\n", "user esp-sensor\n")),
            &[
                "`esp-light` may write room/brightness",
                "`esp-sensor` may read room/light",
                "acl:5: `topic read room/light`",
            ],
        ),
        (
            "trailing blank",
            Box::new(change("topic write room/button\n", "topic write room/button \n")),
            &["acl:13: `topic write room/button `: a blank at an end of the line"],
        ),
        (
            "deny",
            Box::new(change("topic write room/light\n", "topic write room/light\ntopic deny room/light\n")),
            &["`esp-choice` may not write room/light", "`topic deny room/light`"],
        ),
        (
            "typo",
            Box::new(change("topic write room/button\n", "topic write room/buton\n")),
            &[
                "`esp-button` may not write room/button",
                "acl:13: `topic write room/buton` stands where `topic write room/button` should",
            ],
        ),
        (
            "read for write",
            Box::new(change("topic write room/button\n", "topic read room/button\n")),
            &[
                "`esp-button` may read room/button",
                "acl:13: `topic read room/button` stands where `topic write room/button` should",
            ],
        ),
        (
            "a user twice",
            Box::new(|text| format!("{text}\nuser esp-button\ntopic write room/light\n")),
            &["`esp-button` may write room/light", "`user esp-button`: this user has rules above already"],
        ),
        (
            "a user's line lost",
            Box::new(change("user esp-button\n", "")),
            &[
                "`esp-button` may not write room/button",
                "`esp-sensor` may write room/button",
                "the line `user esp-button` is missing",
            ],
        ),
        (
            "a pattern",
            Box::new(|text| format!("{text}\npattern write room/%u/child\n")),
            &["`pattern write room/%u/child`: generated rules are `read` or `write` of one topic by its name"],
        ),
        (
            "no access word",
            Box::new(change("topic write room/button\n", "topic room/button\n")),
            &["`esp-button` may read room/button", "acl:13: `topic room/button`: generated rules are"],
        ),
        (
            "a rule that keeps the broker from starting",
            Box::new(change("topic write room/button\n", "topic write room/#/button\n")),
            &["Mosquitto refuses", "acl:13: `topic write room/#/button`"],
        ),
    ];
    for (name, break_it, expected) in faults {
        let found = with_fault(break_it);
        for expected in expected {
            assert!(found.contains(expected), "{name}: {expected}\n{found}");
        }
    }
}

#[test]
fn the_matrix_can_be_read() {
    let output = generated("room");
    let plan = output.plans.iter().find(|plan| plan.layout == "one-per-role").expect("a layout");
    let proof = rights::prove(plan, &output.artifacts).expect("it runs");
    let text = proof.matrix.text();
    assert!(text.contains("  room/light                r    ·    ·    ·    w    r    ·\n"), "{text}");
    let page = proof.matrix.html("room <1>");
    assert!(page.contains("<h1>room &lt;1&gt;</h1>") && page.contains("<td class=\"yes\">w</td>"), "{page}");
    assert!(!page.contains("class=\"wrong\""), "{page}");
}

#[test]
fn a_packet_that_is_too_large_ends_its_connection_and_no_other() {
    let output = generated("room");
    let passwords = Passwords::throw_away(["esp-button", "viewer"].into_iter()).expect("random");
    let broker = Broker::start(&output.artifacts, "room/one-per-role", &passwords).expect("it starts");
    let open = |user: &str| {
        let account = Some((user, passwords.0[user].as_str()));
        Probe::open(broker.endpoint(), Version::V4, &Connect { id: user, account, key: None, will: None })
            .expect("it listens")
    };
    let mut probes = [open("esp-button"), open("viewer")];
    greeted(&mut probes).expect("both get in");
    probes[0].publish("room/button", &"x".repeat(5_000));
    ended(&mut probes[..1]).expect("the broker ends it");
    fence(&mut probes[1..]).expect("the other one is still there");
}
