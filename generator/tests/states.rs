//! States with an owner, as a layout has them: which way the state and the requests go, and who may do what.

use fleetwright_generator::diag::{Severity, render};
use fleetwright_generator::model::TopicId;
use fleetwright_generator::plan::{self, Plan, Route};
use fleetwright_generator::text::Source;

const HEAD: &str =
    "fleet: f\nwifi: { ssid: !secret wifi_ssid, password: !secret wifi_password }\nbroker: { host: h }\n";
const RELAY: &str = "topics:\n  relay: { path: plug/relay, payload: bit, settable: true }\n";

fn plan(text: &str) -> Plan {
    let source = Source::new("f.yaml", format!("{HEAD}{text}"));
    match fleetwright_generator::check(&source) {
        Ok((fleet, _)) => plan::lay_out(&fleet).remove(0),
        Err(findings) => panic!("{}", render::text(&source, &findings.0, false)),
    }
}

/// The errors of a fleet, each a line.
fn errors(text: &str) -> Vec<String> {
    let source = Source::new("f.yaml", format!("{HEAD}{text}"));
    let findings = fleetwright_generator::check(&source).expect_err("errors").0;
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.message.clone()).collect()
}

/// The routes of a node, by the paths of its topics.
fn routes<'p>(plan: &'p Plan, node: &str) -> Vec<(&'p str, Route)> {
    let node = plan.nodes.iter().find(|planned| planned.name == node).expect("a node");
    node.topics.iter().map(|topic| (plan.topics[topic.topic.0].path.as_str(), topic.route)).collect()
}

fn rights<'p>(plan: &'p Plan, user: &str) -> (Vec<&'p str>, Vec<&'p str>) {
    let user = plan.users.iter().find(|planned| planned.name == user).expect("a user");
    (user.read.iter().map(String::as_str).collect(), user.write.iter().map(String::as_str).collect())
}

#[test]
fn the_owner_alone_writes_the_state_and_reads_requests() {
    let plan = plan(&format!(
        "{RELAY}roles:\n  relay: {{ switch_output: {{ owns: relay }} }}\n  button: {{ push_button: {{ sets: relay }} }}\n  \
         wall: {{ push_button: {{ sets: relay }} }}\n  lamp: {{ switch_output: {{ subscribe: relay }} }}\n\
         nodes:\n  plug: {{ board: d1_mini, roles: {{ relay: {{ pin: D1 }}, button: {{ pin: D2 }} }} }}\n  \
         hall: {{ board: d1_mini, roles: {{ wall: {{ pin: D2 }}, lamp: {{ pin: D1 }} }} }}\n\
         clients:\n  home: {{ set: [relay], subscribe: [\"*\"] }}\n  viewer: {{ subscribe: [relay] }}\n"
    ));
    let (state, requests) = ("plug/relay", "plug/relay/set");
    assert_eq!(routes(&plan, "plug"), [(state, Route::PublishAndHandOver), (requests, Route::HandOverAndSubscribe)]);
    assert_eq!(routes(&plan, "hall"), [(state, Route::Subscribe), (requests, Route::Publish)]);
    assert_eq!(rights(&plan, "plug"), (vec![requests], vec!["f/plug/status", state]));
    assert_eq!(rights(&plan, "hall"), (vec![state], vec!["f/hall/status", requests]));
    assert_eq!(rights(&plan, "home"), (vec!["f/hall/status", "f/plug/status", state], vec![requests]));
    assert_eq!(rights(&plan, "viewer"), (vec![state], vec![]));
    let kept: Vec<(bool, bool)> = plan.topics.iter().map(|topic| (topic.retain, topic.state().is_some())).collect();
    assert_eq!(kept, [(true, false), (false, true)]);
}

#[test]
fn what_no_other_node_and_no_client_needs_stays_inside() {
    let roles = "roles:\n  relay: { switch_output: { owns: relay } }\n  button: { push_button: { sets: relay } }\n";
    let nodes = "nodes:\n  plug: { board: d1_mini, roles: { relay: { pin: D1 }, button: { pin: D2 } } }\n";
    let alone = plan(&format!("{RELAY}{roles}{nodes}"));
    assert_eq!(routes(&alone, "plug"), [("plug/relay", Route::Local), ("plug/relay/set", Route::Local)]);
    assert!(alone.users.is_empty() && alone.nodes[0].status.is_none(), "it needs no network");
    // A client that may set a state keeps it on the broker, so that it sees what it set.
    let set = plan(&format!("{RELAY}{roles}{nodes}clients:\n  home: {{ set: [relay] }}\n"));
    assert_eq!(rights(&set, "home"), (vec![], vec!["plug/relay/set"]));
    assert_eq!(routes(&set, "plug")[0], ("plug/relay", Route::PublishAndHandOver));
    // Who only looks at a state leaves the requests inside.
    let seen = plan(&format!("{RELAY}{roles}{nodes}clients:\n  home: {{ subscribe: [relay] }}\n"));
    assert_eq!(routes(&seen, "plug")[1], ("plug/relay/set", Route::Local));
}

#[test]
fn each_copy_has_a_state_and_requests_of_its_own() {
    let fleet = |shared: &str| {
        format!(
            "for_each: {{ room: 1..2 }}\n{shared}topics:\n  lamp: {{ path: \"{}\", payload: bit, settable: true }}\n\
             roles:\n  lamp: {{ switch_output: {{ owns: lamp }} }}\n  button: {{ push_button: {{ sets: lamp }} }}\n\
             nodes:\n  \"lamp-{{room}}\": {{ board: d1_mini, roles: {{ lamp: {{ pin: D1 }} }} }}\n  \
             \"button-{{room}}\": {{ board: d1_mini, roles: {{ button: {{ pin: D2 }} }} }}\n",
            if shared.is_empty() { "{room}/lamp" } else { "lamp" }
        )
    };
    let plan = plan(&fleet(""));
    let paths: Vec<&str> = plan.topics.iter().map(|topic| topic.path.as_str()).collect();
    assert_eq!(paths, ["1/lamp", "2/lamp", "1/lamp/set", "2/lamp/set"]);
    let states: Vec<Option<TopicId>> = plan.topics.iter().map(|topic| topic.state()).collect();
    assert_eq!(states, [None, None, Some(TopicId(0)), Some(TopicId(1))]);
    assert_eq!(routes(&plan, "button-2"), [("2/lamp", Route::Subscribe), ("2/lamp/set", Route::Publish)]);
    assert_eq!(errors(&fleet("shared: [ lamp ]\n")), ["2 copies of `lamp` would own `lamp`"]);
}
