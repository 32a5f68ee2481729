//! The dimmer, alone on a node, with a made-up clock.

mod common;

use common::Bench;
use fleetwright_node::roles::DimmerOutput;
use fleetwright_node::{Duration, Gpio, Level, Network, Payload, Program, Qos, Role, Route, Topic, TopicId};

const fn program(roles: &'static [Role]) -> Program {
    const NETWORK: Network = Network { status: "t/n/status", keep_alive: Duration::seconds(30) };
    static TOPICS: [Topic; 1] = [Topic {
        path: "glow",
        payload: Payload::PERCENT,
        qos: Qos::AtMostOnce,
        retain: true,
        route: Route::Subscribe,
    }];
    Program { fleet: "t", node: "n", network: Some(NETWORK), topics: &TOPICS, roles }
}

macro_rules! dimmer {
    ($active:expr, $fade:expr) => {{
        static DIMMER: DimmerOutput =
            DimmerOutput { topic: TopicId(0), pin: Gpio(5), active: $active, fade: Duration::millis($fade) };
        static ROLES: [Role; 1] = [Role { name: "dimmer", driver: &DIMMER }];
        static PROGRAM: Program = program(&ROLES);
        let mut bench = Bench::new(&PROGRAM);
        bench.accept(false);
        bench
    }};
}

#[test]
fn it_is_off_before_the_first_message_and_then_follows() {
    let mut bench = dimmer!(Level::High, 0);
    assert_eq!(bench.pins.output[&5], Level::Low);
    for percent in ["42", "42", "100", "0", "101", "7"] {
        bench.deliver("glow", percent);
    }
    assert_eq!(bench.pins.dimmed, [(5, 420), (5, 1000), (5, 0), (5, 70)]);
}

#[test]
fn where_low_means_on_the_pin_is_high_for_the_rest_of_the_time() {
    let mut bench = dimmer!(Level::Low, 0);
    assert_eq!(bench.pins.output[&5], Level::High);
    bench.deliver("glow", "30");
    assert_eq!(bench.pins.dimmed, [(5, 700)]);
}

#[test]
fn it_fades_evenly_and_arrives() {
    let mut bench = dimmer!(Level::High, 1_000);
    bench.deliver("glow", "100");
    assert_eq!(bench.pins.dimmed, []);
    bench.pass(500);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 500)));
    bench.pass(500);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 1000)));
    let steps: Vec<u16> = bench.pins.dimmed.iter().map(|(_, bright)| *bright).collect();
    assert!(steps.is_sorted() && steps.len() == 50, "{steps:?}");
    let count = steps.len();
    bench.pass(5_000);
    assert_eq!(bench.pins.dimmed.len(), count, "it has arrived");
}

#[test]
fn a_new_wish_starts_from_where_it_is() {
    let mut bench = dimmer!(Level::High, 1_000);
    bench.deliver("glow", "100");
    bench.pass(500);
    bench.deliver("glow", "0");
    bench.pass(500);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 250)));
    bench.pass(600);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 0)));
}

#[test]
fn the_longest_fade_does_not_overflow() {
    let mut bench = dimmer!(Level::High, 600_000);
    bench.deliver("glow", "100");
    bench.pass(590_000);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 983)));
}
