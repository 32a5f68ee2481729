//! The life of a connection: greeting, keep-alive, back-off, QoS 1 and what is said again.

mod common;

use common::{Bench, encoded, publication, suback};
use fleetwright_node::roles::{AnalogInput, PushButton, Sends, SwitchOutput};
use fleetwright_node::{
    Duration, Gpio, Level, Network, Payload, Program, Pull, Qos, Role, Route, Socket, Topic, TopicId,
};
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, Packet, Publish};

static TOPICS: &[Topic] = &[
    Topic { path: "t/button", payload: Payload::BIT, qos: Qos::AtLeastOnce, retain: false, route: Route::Publish },
    Topic { path: "t/level", payload: Payload::PERCENT, qos: Qos::AtMostOnce, retain: true, route: Route::Publish },
    Topic { path: "t/light", payload: Payload::BIT, qos: Qos::AtLeastOnce, retain: true, route: Route::Subscribe },
];

static ROLES: &[Role] = &[
    Role {
        name: "button",
        driver: &PushButton {
            topic: TopicId(0),
            pin: Gpio(4),
            pull: Pull::Up,
            pressed: Level::Low,
            debounce: Duration::millis(30),
            sends: Sends::Press,
        },
    },
    Role {
        name: "level",
        driver: &AnalogInput { topic: TopicId(1), every: Duration::seconds(1), change: 1, map: &[(0, 0), (1023, 100)] },
    },
    Role {
        name: "light",
        driver: &SwitchOutput {
            topic: TopicId(2),
            pin: Gpio(5),
            active: Level::High,
            at_boot: false,
            on: &[false, true],
        },
    },
];

static PROGRAM: Program = Program {
    fleet: "t",
    node: "n",
    network: Some(Network { status: "t/n/status", keep_alive: Duration::seconds(30) }),
    topics: TOPICS,
    roles: ROLES,
};

/// Waits out the back-off; how long it took.
fn reopen(bench: &mut Bench) -> u64 {
    let Socket::Closed { until } = bench.node.socket(bench.at()) else { panic!("it waits before it tries again") };
    let wait = until.since(bench.at()).as_millis();
    bench.now += wait;
    assert_eq!(bench.node.socket(bench.at()), Socket::Open);
    wait
}

fn lose(bench: &mut Bench) {
    let now = bench.at();
    bench.node.closed(now);
}

#[test]
fn it_introduces_itself_with_a_will_and_then_says_online() {
    let mut bench = Bench::new(&PROGRAM);
    let now = bench.at();
    bench.node.opened(now);
    let sent = bench.sent();
    let [Packet::Connect(connect)] = sent.as_slice() else { panic!("{sent:?}") };
    let will = connect.last_will.as_ref().expect("a will");
    assert_eq!((will.topic.as_str(), &will.message[..], will.retain), ("t/n/status", &b"offline"[..], true));
    assert!(!connect.clean_session, "it hears a topic with QoS 1");
    assert_eq!(connect.login.as_ref().map(|login| login.username.as_str()), Some("user"));
    bench.receive(&encoded(&Packet::ConnAck(ConnAck { session_present: false, code: ConnectReturnCode::Success })));
    let sent = bench.sent();
    assert_eq!(publication(&sent[0]).as_deref(), Some("t/n/status online"));
    assert!(matches!(&sent[1], Packet::Subscribe(subscribe) if subscribe.filters[0].path == "t/light"));
    assert_eq!(publication(&sent[2]).as_deref(), Some("t/level 0"), "the state that it knows already");
}

#[test]
fn it_acknowledges_and_acts() {
    let mut bench = Bench::new(&PROGRAM);
    bench.accept(false);
    bench.sent();
    let mut publish = Publish::new("t/light", rumqttc::QoS::AtLeastOnce, "1");
    publish.pkid = 77;
    bench.receive(&encoded(&Packet::Publish(publish)));
    assert_eq!(bench.pins.output[&5], Level::High);
    assert!(matches!(bench.sent().as_slice(), [Packet::PubAck(ack)] if ack.pkid == 77));
}

#[test]
fn a_message_too_large_is_acknowledged_all_the_same() {
    let mut bench = Bench::sized(&PROGRAM, 32, 256, 4);
    bench.accept(false);
    bench.sent();
    let mut publish = Publish::new("t/light", rumqttc::QoS::AtLeastOnce, vec![b'1'; 500]);
    publish.pkid = 5;
    bench.receive(&encoded(&Packet::Publish(publish)));
    assert!(matches!(bench.sent().as_slice(), [Packet::PubAck(ack)] if ack.pkid == 5));
    bench.deliver("t/light", "1");
    assert_eq!(bench.pins.output[&5], Level::High, "it goes on");
}

#[test]
fn what_was_not_acknowledged_is_sent_again_as_a_duplicate() {
    let mut bench = Bench::new(&PROGRAM);
    bench.accept(false);
    bench.sent();
    bench.press();
    let sent = bench.sent();
    let [Packet::Publish(first)] = sent.as_slice() else { panic!("{sent:?}") };
    assert!(!first.dup);
    lose(&mut bench);
    reopen(&mut bench);
    bench.accept(true);
    let sent = bench.sent();
    let again = sent.iter().find_map(|packet| match packet {
        Packet::Publish(publish) if publish.topic == "t/button" => Some(publish),
        _ => None,
    });
    let again = again.expect("sent again");
    assert_eq!((again.dup, again.pkid, &again.payload), (true, first.pkid, &first.payload));
    bench.acknowledge(first.pkid);
    lose(&mut bench);
    reopen(&mut bench);
    bench.accept(true);
    assert!(!bench.published().iter().any(|text| text.starts_with("t/button")), "it arrived");
}

#[test]
fn a_press_while_offline_waits_and_too_many_drop_the_oldest() {
    let mut bench = Bench::new(&PROGRAM);
    (0..5).for_each(|_| bench.press());
    assert_eq!(bench.pins.log.iter().filter(|line| line.contains("the oldest message is dropped")).count(), 1);
    bench.accept(false);
    let presses: Vec<String> = bench.published().into_iter().filter(|text| text.starts_with("t/button")).collect();
    assert_eq!(presses, ["t/button 0", "t/button 1", "t/button 0", "t/button 1"]);
}

#[test]
fn states_are_said_again_after_every_reconnect_with_the_latest_figure() {
    let mut bench = Bench::new(&PROGRAM);
    bench.accept(false);
    bench.sent();
    lose(&mut bench);
    for reading in [300, 600, 1023] {
        bench.pins.analog = reading;
        bench.pass(1_000);
    }
    bench.accept(false);
    let levels: Vec<String> = bench.published().into_iter().filter(|text| text.starts_with("t/level")).collect();
    assert_eq!(levels, ["t/level 100"]);
}

#[test]
fn a_full_transmit_buffer_makes_messages_wait_whole() {
    let mut bench = Bench::sized(&PROGRAM, 256, 96, 8);
    let now = bench.at();
    bench.node.opened(now);
    bench.sent();
    bench.receive(&encoded(&Packet::ConnAck(ConnAck { session_present: false, code: ConnectReturnCode::Success })));
    (0..6).for_each(|_| bench.press());
    assert!(bench.node.outgoing().len() <= 96);
    let mut all = Vec::new();
    for _ in 0..8 {
        all.extend(bench.published());
    }
    assert_eq!(all.iter().filter(|text| text.starts_with("t/button")).count(), 6, "{all:?}");
}

#[test]
fn silence_is_pinged_and_no_answer_ends_the_connection() {
    let mut bench = Bench::new(&PROGRAM);
    bench.accept(false);
    bench.sent();
    bench.pass(22_000);
    assert!(bench.node.outgoing().is_empty());
    bench.pass(1_000);
    assert!(matches!(bench.sent().as_slice(), [Packet::PingReq]));
    bench.receive(&encoded(&Packet::PingResp));
    bench.pass(23_000);
    assert!(matches!(bench.sent().as_slice(), [Packet::PingReq]));
    bench.pass(29_000);
    assert!(bench.node.connected());
    bench.pass(2_000);
    assert!(!bench.node.connected());
}

#[test]
fn no_answer_to_connect_ends_the_connection() {
    let mut bench = Bench::new(&PROGRAM);
    let now = bench.at();
    bench.node.opened(now);
    bench.sent();
    bench.pass(11_000);
    assert!(bench.pins.log.contains(&"no answer from the broker".to_owned()));
}

#[test]
fn waits_grow_to_half_a_minute_and_differ() {
    let mut bench = Bench::new(&PROGRAM);
    let mut waits = Vec::new();
    for _ in 0..12 {
        let now = bench.at();
        bench.node.opened(now);
        lose(&mut bench);
        waits.push(reopen(&mut bench));
    }
    assert!((125..=250).contains(&waits[0]), "{waits:?}");
    assert!(waits.iter().skip(8).all(|wait| (15_000..=30_000).contains(wait)), "{waits:?}");
    assert!(waits.windows(2).skip(8).any(|pair| pair[0] != pair[1]), "{waits:?}");
}

#[test]
fn garbage_ends_the_connection_and_the_node_comes_back() {
    for garbage in [&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], &[0x30, 0xff, 0xff, 0xff, 0xff], &[0x20, 2, 0, 0]] {
        let mut bench = Bench::new(&PROGRAM);
        bench.accept(false);
        bench.receive(garbage);
        assert!(!bench.node.connected(), "{garbage:x?}");
        assert!(bench.node.outgoing().is_empty());
        reopen(&mut bench);
        bench.accept(false);
    }
}

#[test]
fn a_refusal_is_said_on_the_log() {
    let mut bench = Bench::new(&PROGRAM);
    let now = bench.at();
    bench.node.opened(now);
    bench.receive(&encoded(&Packet::ConnAck(ConnAck {
        session_present: false,
        code: ConnectReturnCode::NotAuthorized,
    })));
    assert!(!bench.node.connected());
    assert_eq!(bench.pins.log, ["the broker refused the connection, code 5"]);
    reopen(&mut bench);
}

#[test]
fn a_refused_subscription_is_said_on_the_log() {
    let mut bench = Bench::new(&PROGRAM);
    bench.accept(false);
    bench.receive(&encoded(&suback(1, false)));
    assert!(bench.node.connected());
    assert!(bench.pins.log.contains(&"the broker refused a subscription".to_owned()));
}
