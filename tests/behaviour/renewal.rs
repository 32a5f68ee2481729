//! `rotate` and `revoke` with real nodes on a live broker: those who are not meant keep their connections.

use super::installation::{FIRST, InstalledBroker, received};
use broker::probe::{Probe, Version};
use deploy::Report;
use deploy::renewal::{Rotation, revoke, rotate};
use fleetwright_protocol::{Command, Input, Report as NodeReport};
use lab::identity::account_arguments;
use lab::layout::PATIENCE;
use lab::nodes::{self, Node};
use project::sync::{Mode, sync};
use std::path::PathBuf;

/// A yard with the programs of its nodes.
struct Farm {
    installation: InstalledBroker,
    programs: PathBuf,
}

impl Farm {
    fn open(security: &'static str, name: &'static str) -> Self {
        let installation = InstalledBroker::open_named(name, security);
        let (out, output) = installation.generate(FIRST);
        sync(&out, name, &output.artifacts, Mode::Write).expect("written");
        let plan = output.plans.iter().find(|plan| plan.layout == "two-esps").expect("a layout");
        let programs = nodes::build(&out, plan).expect("built");
        Self { installation, programs }
    }

    /// Starts a node with an account that it was given, and waits until it is connected.
    fn start(&self, node: &str, account: &str) -> Node {
        let node = self.launch(node, account);
        node.expect(NodeReport::Link(true), 0, PATIENCE).expect("connected");
        node
    }

    fn launch(&self, node: &str, account: &str) -> Node {
        let installation = &self.installation;
        let password = installation.secrets_file.secrets.password(installation.name, account).expect("made");
        let mut arguments = vec!["--seed".to_owned(), "1".into(), "--broker".into(), installation.endpoint.address()];
        arguments.extend(
            account_arguments(Some((account, password)), installation.endpoint.tls, installation.folder.path())
                .expect("written"),
        );
        Node::start(node, &self.programs.join(node), &arguments, None).expect("started")
    }

    fn rotate(&mut self, node: Option<&str>) -> Rotation {
        let deployment = self.installation.deployment(FIRST, true);
        rotate(&deployment, &mut self.installation.secrets_file, node).expect("rotated")
    }

    fn revoke(&mut self, user: &str) -> Report {
        let deployment = self.installation.deployment(FIRST, true);
        let mut lines = Vec::new();
        let report =
            revoke(&deployment, &mut self.installation.secrets_file, user, &mut |line| lines.push(line.to_owned()));
        report.unwrap_or_else(|error| panic!("{error:#}\n{}", lines.join("\n")))
    }

    fn gets_in(&self, account: &str, password: &str) -> bool {
        let login = deploy::Login { user: account.into(), password: password.into() };
        deploy::ask(self.installation.endpoint, &login).expect("an answer") != deploy::Access::Out
    }
}

fn lost(node: &Node) -> bool {
    node.lines().iter().any(|line| line == "link down")
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

/// Presses the button until the LED is on, and lets it go.
fn works(button: &mut Node, led: &Node) {
    // d1_mini: D2 is GPIO4, nodemcuv2: D1 is GPIO5.
    for (high, on) in [(false, true), (true, false)] {
        button.send(Command::Input(Input::Pin { gpio: 4, high })).expect("told");
        led.expect_pin(5, on, PATIENCE).expect("the LED follows the button");
    }
}

fn rotated(security: &'static str, name: &'static str) {
    let mut farm = Farm::open(security, name);
    let (mut button, led) = (farm.start("esp-button", "esp-button"), farm.start("esp-led", "esp-led"));
    works(&mut button, &led);
    let started = Rotation { started: names(&["esp-led"]), ..Rotation::default() };
    assert_eq!(farm.rotate(Some("esp-led")), started);
    let old = farm.installation.secrets_file.secrets.password(name, "esp-led").expect("still there").to_owned();
    assert_eq!(
        farm.installation.secrets_file.secrets.newest(name, "esp-led").map(|(account, _)| account).as_deref(),
        Some("esp-led.2")
    );
    // Nobody has flashed it: both are valid, for as long as it takes.
    let waiting = Rotation { waiting: names(&["esp-led"]), ..Rotation::default() };
    assert_eq!(farm.rotate(Some("esp-led")), waiting);
    assert_eq!(farm.rotate(None), waiting, "and no other rotation begins meanwhile");
    works(&mut button, &led);
    assert!(!lost(&button) && !lost(&led), "{:?}", led.lines());
    drop(led);
    let led = farm.start("esp-led", "esp-led.2");
    assert!(farm.gets_in("esp-led", &old), "until somebody asks");
    assert_eq!(farm.rotate(Some("esp-led")), Rotation { finished: names(&["esp-led"]), ..Rotation::default() });
    assert!(!farm.gets_in("esp-led", &old));
    assert_eq!(farm.installation.secrets_file.secrets.password(name, "esp-led"), None);
    works(&mut button, &led);
    let installed = farm.installation.installed();
    assert!(!farm.installation.apply(FIRST, true).expect("applied").changed, "nothing is left to do");
    assert_eq!(farm.installation.installed(), installed);
    let rules = String::from_utf8_lossy(&installed[0].1).into_owned();
    assert!(rules.contains("user esp-led.2\n") && !rules.contains("user esp-led\n"), "{rules}");
    assert!(!rules.contains("fleetwright-"), "no visitor stays: {rules}");
    // All of them, from there.
    assert_eq!(farm.rotate(None), Rotation { started: names(&["esp-button", "esp-led"]), ..Rotation::default() });
    drop(button);
    let mut button = farm.start("esp-button", "esp-button.2");
    let half = Rotation { finished: names(&["esp-button"]), waiting: names(&["esp-led"]), ..Rotation::default() };
    assert_eq!(farm.rotate(None), half);
    works(&mut button, &led);
    assert!(!lost(&button) && !lost(&led), "{:?}", led.lines());
}

#[test]
fn a_node_changes_its_password_and_nobody_loses_a_connection() {
    rotated("password", "yard-rotate");
}

#[test]
fn a_node_changes_its_key_and_nobody_loses_a_connection() {
    rotated("tls", "yard-rotate-tls");
}

fn revoked(security: &'static str, name: &'static str) {
    let mut farm = Farm::open(security, name);
    let (mut button, led) = (farm.start("esp-button", "esp-button"), farm.start("esp-led", "esp-led"));
    button.send(Command::Input(Input::Pin { gpio: 4, high: false })).expect("told");
    led.expect_pin(5, true, PATIENCE).expect("the LED follows the button");
    let status = format!("{name}/esp-button/status");
    let old = farm.installation.secrets_file.secrets.password(name, "esp-button").expect("there").to_owned();
    let kept = |farm: &Farm| -> Vec<String> {
        // Who comes now is told what the broker keeps.
        let mut desk = farm.installation.enter_as("desk", Version::V4).expect("in");
        broker::probe::fence(std::slice::from_mut(&mut desk)).expect("an answer");
        let mut topics: Vec<String> = desk.received.iter().map(|(topic, _)| topic.clone()).collect();
        topics.sort();
        topics
    };
    assert_eq!(kept(&farm), ["state_led".to_owned(), status.clone(), format!("{name}/esp-led/status")]);
    let mut desk: Probe = farm.installation.enter("desk").expect("in");
    desk.received.clear();
    let mark = button.mark();
    let report = farm.revoke("esp-button");
    assert_eq!(report, Report { changed: true, in_force: true, restart: vec![] });
    button.expect(NodeReport::Link(false), mark, PATIENCE).expect("its connection is cut");
    assert!(!farm.gets_in("esp-button", &old));
    assert_eq!(received(&mut desk, &status), [""], "no will; the one message tells that nothing is kept");
    drop(desk);
    assert_eq!(kept(&farm), [format!("{name}/esp-led/status")]);
    assert!(!lost(&led), "{:?}", led.lines());
    // The fleet file still names it, and it stays out.
    assert!(!farm.installation.apply(FIRST, true).expect("applied").changed);
    let reads = |name: &str| std::fs::read_to_string(farm.installation.site().join(name)).expect("there");
    let file = if security == "tls" { "psk" } else { "passwd" };
    assert!(!reads("acl").contains("user esp-button") && !reads(file).contains("esp-button"));
    // Until it gets a new account.
    assert_eq!(farm.rotate(Some("esp-button")).started, names(&["esp-button"]));
    drop(button);
    let mut button = farm.start("esp-button", "esp-button.2");
    works(&mut button, &led);
    assert!(!farm.gets_in("esp-button", &old));
    assert!(!lost(&led), "{:?}", led.lines());
}

#[test]
fn a_revoked_node_is_out_at_once_and_the_others_notice_nothing() {
    revoked("password", "yard-revoke");
}

#[test]
fn a_revoked_key_is_out_at_once_and_the_others_notice_nothing() {
    revoked("tls", "yard-revoke-tls");
}

#[test]
fn a_revoked_password_is_out_at_once_where_all_is_encrypted() {
    revoked("tls-pinned", "yard-revoke-pinned");
}

#[test]
fn a_client_is_out_at_once_at_the_port_with_a_certificate() {
    let mut installation = InstalledBroker::open("tls-and-certificate");
    let second = installation.certificate_endpoint.expect("a second port");
    let mut viewer = [installation.enter_at(second, "viewer", Version::V5).expect("in")];
    let deployment = installation.deployment(FIRST, true);
    revoke(&deployment, &mut installation.secrets_file, "viewer", &mut |_| ()).expect("revoked");
    broker::probe::ended(&mut viewer).expect("its connection is cut");
    assert!(installation.enter_at(second, "viewer", Version::V5).is_none());
    assert!(installation.enter_at(second, "desk", Version::V5).is_some());
}

#[test]
fn a_client_is_revoked_and_comes_back_with_another_password() {
    let mut installation = InstalledBroker::open("password");
    let old = installation.secrets_file.secrets.password("yard", "viewer").expect("there").to_owned();
    let deployment = installation.deployment(FIRST, true);
    let message = |error: anyhow::Error| format!("{error:#}");
    let refused =
        rotate(&deployment, &mut installation.secrets_file, Some("viewer")).map_err(message).expect_err("a client");
    assert!(refused.contains("cargo xtask revoke yard viewer"), "{refused}");
    let refused =
        rotate(&deployment, &mut installation.secrets_file, Some("nobody")).map_err(message).expect_err("unknown");
    assert!(refused.contains("there are: esp-button, esp-led, "), "{refused}");
    revoke(&deployment, &mut installation.secrets_file, "viewer", &mut |_| ()).expect("revoked");
    assert!(installation.enter("viewer").is_none());
    rotate(&deployment, &mut installation.secrets_file, Some("viewer")).expect("let in again");
    assert!(installation.enter("viewer").is_none() && installation.enter_as("viewer.2", Version::V5).is_some());
    assert_ne!(installation.secrets_file.secrets.password("yard", "viewer.2"), Some(old.as_str()));
}
