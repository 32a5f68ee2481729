//! A cluster of three ejabberd: one of them may die, and nothing is lost.

use super::{generated, room};
use broker::Broker;
use broker::accounts::Accounts;
use broker::watch::gets_in;
use credentials::passwords::{Passwords, fresh};
use lab::layout::{Callbacks, PATIENCE, RunningLayout};
use lab::nodes::NodePlatform;
use lab::refusals;
use lab::rights;
use lab::scenario::{ScenarioOutcome, ScenarioRunner};
use project::sync::{Mode, sync};
use project::{fleets, root};
use std::time::{Duration, Instant};

#[test]
fn accounts_come_and_go_behind_the_socket() {
    let output = generated("cluster");
    let passwords = Passwords::throw_away(["viewer@cluster"].into_iter()).expect("random");
    let broker = Broker::start(&output.artifacts, "cluster/one-per-role", &passwords).expect("it starts");
    let enters = |user: &str, password: &str| {
        let account = format!("{user}@cluster");
        broker
            .endpoints()
            .into_iter()
            .flatten()
            .map(move |endpoint| gets_in(endpoint, Some((&account, password)), user))
            .all(|answer| answer.expect("an answer"))
    };
    assert!(enters("viewer", &passwords.0["viewer@cluster"]), "at each broker");
    let accounts = Accounts::new(&broker.socket().expect("a cluster"), "cluster");
    let password = fresh().expect("random");
    accounts.set("desk", &password).expect("made");
    assert!(enters("desk", &password) && !enters("desk", &fresh().expect("random")));
    let other = fresh().expect("random");
    accounts.set("desk", &other).expect("changed");
    assert!(enters("desk", &other) && !enters("desk", &password));
    accounts.remove("desk").expect("removed");
    assert!(!enters("desk", &other));
    assert_eq!(accounts.users().expect("an answer"), ["viewer".to_owned()].into());
}

/// In real time, with the very broker killed that the lamp is at.
#[test]
fn the_light_follows_the_button_within_5_seconds_of_a_brokers_death() {
    let output = generated("cluster");
    let plan = &output.plans[0];
    let mut running = RunningLayout::start(&root().join("generated"), plan, &output.artifacts, Callbacks::default())
        .expect("it runs");
    running.set("presence", "present").expect("set");
    running.set("sensor", "12").expect("set");
    running.expect_switch("lamp", true).expect("on");
    running.broker.as_mut().expect("a broker").stop(1).expect("one dies");
    let start = Instant::now();
    // The first press publishes what is so already; it may be lost with a connection that ended unseen.
    while start.elapsed() < Duration::from_secs(5)
        && running.expect_switch_within("lamp", false, Duration::from_millis(500)).is_err()
    {
        running.press("button").expect("pressed");
    }
    running.expect_switch_within("lamp", false, Duration::ZERO).expect("off within 5 seconds");
    // Who comes new to any of those that are left receives what was published before.
    let user = running.password("viewer").map(|password| ("viewer@cluster", password));
    for endpoint in running.broker.as_ref().expect("a broker").endpoints().into_iter().flatten() {
        let viewer =
            broker::watch::Watcher::start(endpoint, user, "hall/brightness", None).expect("the viewer gets in");
        let message = viewer.expect("hall/brightness", "12", 0, PATIENCE).expect("kept");
        assert!(message.retained);
    }
}

/// `the broker may restart at any time` is among them: there one of the three dies.
#[test]
fn the_rooms_scenarios_pass_with_three_brokers() {
    let folder = tempfile::tempdir().expect("a folder");
    let cluster = [("engine: mosquitto", "engine: ejabberd"), ("host: 192.168.1.10", "hosts: [a, b, c]")];
    let output = room("roomcluster", folder.path(), &cluster);
    let mut runner = ScenarioRunner::start(NodePlatform::Host, folder.path(), &output.plans[0], &output.artifacts)
        .expect("it starts");
    for (index, scenario) in output.plans[0].scenarios.iter().enumerate() {
        let played = runner.run(index, 1).expect("it plays");
        assert!(matches!(played.outcome, ScenarioOutcome::Passed), "{}: {:?}", scenario.name, played.outcome);
    }
}

/// Encrypted, with a certificate that all three share: rights, clients without an account, and the death of one.
#[test]
fn nodes_know_all_brokers_of_a_cluster_by_one_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = std::fs::read_to_string(root().join("fleets/cluster.yaml")).expect("an example");
    let text = text.replace("fleet: cluster", "fleet: clusterpinned");
    let text = text.replace("engine: ejabberd", "engine: ejabberd\n  security: tls-pinned");
    let path = folder.path().join("fleet.yaml");
    std::fs::write(&path, text).expect("written");
    let output = fleets::generate(&path, folder.path(), None).expect("readable").output.expect("no errors");
    sync(folder.path(), "clusterpinned", &output.artifacts, Mode::Write).expect("written");
    let plan = &output.plans[0];
    let running = RunningLayout::start(folder.path(), plan, &output.artifacts, Callbacks::default()).expect("it runs");
    let endpoint = running.broker.as_ref().expect("a broker").endpoint();
    assert!(endpoint.is_encrypted());
    refusals::prove(plan, endpoint).expect("nobody gets in");
    drop(running);
    rights::prove(plan, &output.artifacts).expect("it was tried").result().expect("as in the fleet file");
    let mut runner =
        ScenarioRunner::start(NodePlatform::Host, folder.path(), plan, &output.artifacts).expect("it starts");
    for (index, scenario) in plan.scenarios.iter().enumerate() {
        let played = runner.run(index, 1).expect("it plays");
        assert!(matches!(played.outcome, ScenarioOutcome::Passed), "{}: {:?}", scenario.name, played.outcome);
    }
}

#[test]
fn its_scenarios_pass_on_the_emulator() {
    let output = generated("cluster");
    let plan = &output.plans[0];
    let mut runner = ScenarioRunner::start(NodePlatform::Emulator, &root().join("generated"), plan, &output.artifacts)
        .expect("it starts");
    for index in 0..plan.scenarios.len() {
        let played = runner.run(index, 1).expect("it plays");
        assert!(
            matches!(played.outcome, ScenarioOutcome::Passed),
            "{}: {:?}",
            plan.scenarios[index].name,
            played.outcome
        );
    }
}
