//! What the proof of rights takes for 50 nodes with 20 topics each, against what Mosquitto alone needs to take as many
//! messages: as many clients, publishing on topics of their own that nothing subscribes to.
//!
//! `cargo bench -p lab --bench proof`

use broker::probe::{Connect, Probe, Version, greeted, pump};
use fleetwright_generator::plan::Plan;
use fleetwright_generator::text::Source;
use fleetwright_generator::{Artifact, Options, generate};
use lab::rights;
use lab::throwaway::ThrowawayBroker;
use std::fmt::Write;
use std::time::{Duration, Instant};

const NODES: usize = 50;
const TOPICS: usize = 20;
/// Messages in flight: what Mosquitto takes by default.
const WINDOW: usize = 20;
/// The shortest of so many runs counts.
const RUNS: usize = 7;

fn main() {
    let output = generate(&Source::new("load.yaml", fleet()), &Options::default()).expect("a fleet without mistakes");
    let plan = &output.plans[0];
    let tries = prove(plan, &output.artifacts);
    let names: Vec<&str> = plan.users.iter().map(|user| user.name.as_str()).collect();
    let ThrowawayBroker { broker, accounts } = ThrowawayBroker::start(plan, &output.artifacts).expect("it starts");
    let each = tries.div_ceil(NODES);
    let alone = || {
        let open = |user: &&&str| {
            let connect = Connect { id: user, account: accounts.get(user), key: None, will: None };
            Probe::open(broker.endpoint(), Version::V5, &connect).expect("it listens")
        };
        let mut probes: Vec<Probe> = names.iter().take(NODES).collect::<Vec<_>>().iter().map(open).collect();
        greeted(&mut probes).expect("they get in");
        probes.iter_mut().for_each(|probe| probe.goal = each);
        let feed = |row: usize, probe: &mut Probe| {
            while probe.sent < probe.goal && probe.sent - probe.reasons.len() < WINDOW {
                probe.publish(&format!("load/{row}/0"), "0");
            }
        };
        pump(&mut probes, feed, |probe| probe.reasons.len() == probe.goal).expect("it answers");
    };
    // In turn, since a busy machine is not equally busy all the time.
    let (mut proof, mut plain) = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        proof = proof.min(timed(|| _ = prove(plan, &output.artifacts)));
        plain = plain.min(timed(alone));
    }
    let alone = plain;
    let ratio = proof.as_secs_f64() / alone.as_secs_f64();
    println!(
        "{NODES} nodes with {TOPICS} topics each: {tries} tries proved in {} ms, {ratio:.2} times what Mosquitto alone takes ({} ms)",
        proof.as_millis(),
        alone.as_millis()
    );
}

/// Messages that were tried.
fn prove(plan: &Plan, artifacts: &[Artifact]) -> usize {
    let proof = rights::prove(plan, artifacts).expect("it runs");
    assert!(proof.wrong.is_empty(), "{:?}", proof.wrong);
    proof.tries
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Decisions, since they need no pin.
fn fleet() -> String {
    let (mut topics, mut roles, mut nodes) = (String::new(), String::new(), String::new());
    for node in 0..NODES {
        let mut placed = String::new();
        for topic in 0..TOPICS {
            // Writing to a String can't fail.
            let _ = writeln!(topics, "  t{node}_{topic}: {{ path: load/{node}/{topic}, payload: bit }}");
            let rule = "rules: [ { when: 'true', then: 1 } ]";
            let _ = writeln!(roles, "  d{node}-{topic}: {{ decision: {{ publish: t{node}_{topic}, {rule} }} }}");
            let _ = write!(placed, "d{node}-{topic}: {{}}, ");
        }
        let _ = writeln!(nodes, "  esp-{node}: {{ board: d1_mini, roles: {{ {placed} }} }}");
    }
    format!(
        "fleet: load\nwifi: {{ ssid: !secret a, password: !secret b }}\nbroker: {{ host: 192.168.1.10 }}\ntopics:\n{topics}\
         roles:\n{roles}nodes:\n{nodes}clients:\n  viewer: {{ subscribe: [\"*\"] }}\n"
    )
}
