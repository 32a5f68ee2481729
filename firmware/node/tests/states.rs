//! States with an owner: who owns one says what it is, and who sets one asks for it.

mod common;

use common::Bench;
use fleetwright_node::roles::{
    Decision, DimmerOutput, DimmerOwner, PushButton, Sends, SettingDecision, SwitchOutput, SwitchOwner,
};
use fleetwright_node::{
    Duration, Gpio, Level, Network, Payload, Program, Pull, Qos, Role, Route, Topic, TopicId, Value,
};

const NETWORK: Option<Network> = Some(Network { status: "t/n/status", keep_alive: Duration::seconds(30) });
const ON_OFF: Payload = Payload::Labels(&["OFF", "ON"]);
const STATE: TopicId = TopicId(0);
const REQUESTS: TopicId = TopicId(1);

const RELAY: SwitchOwner = SwitchOwner {
    state: STATE,
    keeps: false,
    output: SwitchOutput { topic: REQUESTS, pin: Gpio(5), active: Level::High, at_boot: false, on: &[false, true] },
};
const BUTTON: PushButton = PushButton {
    topic: REQUESTS,
    pin: Gpio(4),
    pull: Pull::Up,
    pressed: Level::Low,
    debounce: Duration::millis(30),
    sends: Sends::After { state: STATE },
};

const fn topic(path: &'static str, payload: Payload, qos: Qos, retain: bool, route: Route) -> Topic {
    Topic { path, payload, qos, retain, route }
}

macro_rules! program {
    ([$($topic:expr),* $(,)?], [$($driver:expr),* $(,)?]) => {{
        static TOPICS: &[Topic] = &[$($topic),*];
        static ROLES: &[Role] = &[$(Role { name: "role", driver: &$driver }),*];
        static PROGRAM: Program = Program { fleet: "t", node: "n", network: NETWORK, topics: TOPICS, roles: ROLES };
        &PROGRAM
    }};
}

/// A relay, and a button on the same node; others set it, too.
fn plug() -> &'static Program {
    program!(
        [
            topic("relay", ON_OFF, Qos::AtMostOnce, true, Route::PublishAndHandOver),
            topic("relay/set", ON_OFF, Qos::AtMostOnce, false, Route::HandOverAndSubscribe),
        ],
        [RELAY, BUTTON]
    )
}

/// A button on a node of its own.
fn wall(qos: Qos) -> &'static Program {
    let topics = vec![
        topic("relay", ON_OFF, qos, true, Route::Subscribe),
        topic("relay/set", ON_OFF, qos, false, Route::Publish),
    ];
    let roles = vec![Role { name: "wall", driver: &BUTTON }];
    let (topics, roles) = (topics.leak(), roles.leak());
    Box::leak(Box::new(Program { fleet: "t", node: "n", network: NETWORK, topics, roles }))
}

#[test]
fn an_owner_says_its_state_on_every_connection_and_answers_every_request() {
    let mut bench = Bench::new(plug());
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "relay OFF"]);
    for (request, pin) in [("ON", Level::High), ("ON", Level::High), ("OFF", Level::Low), ("OFF", Level::Low)] {
        bench.deliver("relay/set", request);
        assert_eq!((bench.published(), bench.pins.output[&5]), (vec![format!("relay {request}")], pin));
    }
    bench.deliver("relay/set", "ON");
    bench.sent();
    let now = bench.at();
    bench.node.closed(now);
    bench.pass(60_000);
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "relay ON"]);
}

#[test]
fn a_button_beside_the_relay_toggles_what_the_relay_is_and_needs_no_connection() {
    let mut bench = Bench::new(plug());
    bench.press();
    assert_eq!(bench.pins.output[&5], Level::High, "at once after power-up");
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "relay ON"], "the state, and no request");
    bench.deliver("relay/set", "OFF");
    bench.sent();
    bench.press();
    assert_eq!((bench.published(), bench.pins.output[&5]), (vec!["relay ON".to_owned()], Level::High));
}

#[test]
fn a_button_elsewhere_asks_for_the_second_label_until_it_hears_the_state() {
    let mut bench = Bench::new(wall(Qos::AtMostOnce));
    bench.press();
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online"], "a press without a connection is gone");
    bench.press();
    bench.press();
    assert_eq!(bench.published(), ["relay/set ON", "relay/set ON"], "nobody answered");
    bench.deliver("relay", "ON");
    bench.press();
    assert_eq!(bench.published(), ["relay/set OFF"]);
}

#[test]
fn a_request_with_qos_1_waits_for_the_connection() {
    let mut bench = Bench::new(wall(Qos::AtLeastOnce));
    bench.press();
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "relay/set ON"]);
}

/// A decision that sets the state by two topics.
fn night() -> &'static Program {
    program!(
        [
            topic("night", Payload::BIT, Qos::AtMostOnce, true, Route::Subscribe),
            topic("relay/set", ON_OFF, Qos::AtMostOnce, false, Route::Publish),
        ],
        [SettingDecision {
            decision: Decision {
                topic: REQUESTS,
                reads: &[STATE],
                rules: |values, _| values.bit(STATE).is(true).then_some(Value::Label(0)),
                tick: Duration::seconds(1),
            },
        }]
    )
}

#[test]
fn a_decision_asks_when_what_it_decides_changes_and_not_when_it_is_back() {
    let mut bench = Bench::new(night());
    bench.accept(false);
    bench.sent();
    bench.deliver("night", "1");
    assert_eq!(bench.published(), ["relay/set OFF"], "once after the start");
    bench.deliver("night", "1");
    bench.pass(10_000);
    assert_eq!(bench.published(), [""; 0]);
    let now = bench.at();
    bench.node.closed(now);
    bench.pass(60_000);
    bench.accept(false);
    bench.sent();
    bench.deliver("night", "1");
    assert_eq!(bench.published(), [""; 0], "its own connection is no reason to ask");
    bench.deliver("night", "0");
    assert_eq!(bench.published(), [""; 0], "no rule holds");
    bench.deliver("night", "1");
    assert_eq!(bench.published(), ["relay/set OFF"], "a new night");
}

#[test]
fn a_dimmer_says_what_it_goes_to() {
    let program = program!(
        [
            topic("glow", Payload::PERCENT, Qos::AtMostOnce, true, Route::Publish),
            topic("glow/set", Payload::PERCENT, Qos::AtMostOnce, false, Route::Subscribe),
        ],
        [DimmerOwner {
            state: STATE,
            keeps: false,
            at_boot: 40,
            output: DimmerOutput { topic: REQUESTS, pin: Gpio(5), active: Level::High, fade: Duration::millis(100) },
        }]
    );
    let mut bench = Bench::new(program);
    assert_eq!(bench.pins.dimmed, [(5, 400)], "at boot it does not fade");
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "glow 40"]);
    bench.deliver("glow/set", "80");
    assert_eq!(bench.published(), ["glow 80"], "while it fades");
    bench.pass(200);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 800)));
    bench.deliver("glow/set", "80");
    assert_eq!(bench.published(), ["glow 80"]);
}

/// A relay and a lamp that are after a power cut what they were before.
fn keeping() -> &'static Program {
    program!(
        [
            topic("relay", ON_OFF, Qos::AtMostOnce, true, Route::Publish),
            topic("relay/set", ON_OFF, Qos::AtMostOnce, false, Route::Subscribe),
            topic("glow", Payload::PERCENT, Qos::AtMostOnce, true, Route::Publish),
            topic("glow/set", Payload::PERCENT, Qos::AtMostOnce, false, Route::Subscribe),
        ],
        [
            SwitchOwner { keeps: true, ..RELAY },
            DimmerOwner {
                state: TopicId(2),
                keeps: true,
                at_boot: 0,
                output: DimmerOutput {
                    topic: TopicId(3),
                    pin: Gpio(12),
                    active: Level::High,
                    fade: Duration::millis(500)
                },
            },
        ]
    )
}

#[test]
fn a_state_outlives_a_power_cut_when_it_has_lasted_for_5_seconds() {
    let mut bench = Bench::new(keeping());
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "relay OFF", "glow 0"], "the very first start");
    bench.deliver("relay/set", "ON");
    bench.deliver("glow/set", "70");
    bench.pass(6_000);
    let mut bench = bench.after_power_cut(keeping());
    assert_eq!((bench.pins.output[&5], bench.pins.dimmed.last()), (Level::High, Some(&(12, 700))));
    bench.accept(false);
    assert_eq!(bench.published(), ["t/n/status online", "relay ON", "glow 70"]);
    bench.pass(10_000);
    bench.deliver("relay/set", "OFF");
    bench.pass(4_000);
    let bench = bench.after_power_cut(keeping());
    assert_eq!(bench.pins.output[&5], Level::High, "too soon");
}

#[test]
fn whoever_toggles_all_the_time_wears_nothing_out() {
    let mut bench = Bench::new(keeping());
    bench.accept(false);
    for second in 0..60 {
        bench.deliver("relay/set", if second % 2 == 0 { "ON" } else { "OFF" });
        bench.pass(1_000);
    }
    // Once after the start for each of two roles, and then every 5 seconds at most.
    assert!(bench.pins.writes <= 2 + 60 / 5, "{}", bench.pins.writes);
    assert!(bench.pins.writes >= 60 / 6, "{}", bench.pins.writes);
}

#[test]
fn a_request_may_come_before_a_dimmer_has_said_anything() {
    let program = program!(
        [
            topic("glow", Payload::PERCENT, Qos::AtMostOnce, true, Route::Publish),
            topic("glow/set", Payload::PERCENT, Qos::AtMostOnce, false, Route::HandOverAndSubscribe),
        ],
        [
            SettingDecision {
                decision: Decision {
                    topic: REQUESTS,
                    reads: &[],
                    rules: |_, _| Some(Value::Number(7)),
                    tick: Duration::seconds(1),
                },
            },
            DimmerOwner {
                state: STATE,
                keeps: true,
                at_boot: 0,
                output: DimmerOutput {
                    topic: REQUESTS,
                    pin: Gpio(5),
                    active: Level::High,
                    fade: Duration::millis(100)
                },
            },
        ]
    );
    let mut bench = Bench::new(program);
    bench.pass(1_000);
    assert_eq!(bench.pins.dimmed.last(), Some(&(5, 70)));
    bench.pass(10_000);
    assert_eq!((bench.pins.kept.values().copied().collect::<Vec<_>>(), bench.pins.writes), (vec![7], 1));
}

#[test]
fn what_is_asked_for_at_the_start_is_kept_too() {
    let program = program!(
        [
            topic("relay", ON_OFF, Qos::AtMostOnce, true, Route::Publish),
            topic("relay/set", ON_OFF, Qos::AtMostOnce, false, Route::HandOverAndSubscribe),
        ],
        [
            SettingDecision {
                decision: Decision {
                    topic: REQUESTS,
                    reads: &[],
                    rules: |_, _| Some(Value::Label(1)),
                    tick: Duration::seconds(1),
                },
            },
            SwitchOwner { keeps: true, ..RELAY },
        ]
    );
    let mut bench = Bench::new(program);
    bench.pass(6_000);
    assert_eq!(bench.pins.kept.values().copied().collect::<Vec<_>>(), [1]);
}
