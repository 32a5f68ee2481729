//! Each role, alone on a node, with a made-up clock.

mod common;

use common::Bench;
use fleetwright_node::roles::{AnalogInput, Decision, DigitalInput, PushButton, Sends, SerialLog, SwitchOutput};
use fleetwright_node::{
    Duration, Gpio, Level, Network, Payload, Program, Pull, Qos, Role, Route, Topic, TopicId, Value, labels,
};

const NETWORK: Option<Network> = Some(Network { status: "t/n/status", keep_alive: Duration::seconds(30) });

const fn topic(path: &'static str, payload: Payload, route: Route) -> Topic {
    Topic { path, payload, qos: Qos::AtMostOnce, retain: false, route }
}

macro_rules! program {
    ($network:expr, [$($topic:expr),* $(,)?], [$($driver:expr),* $(,)?]) => {{
        static TOPICS: &[Topic] = &[$($topic),*];
        static ROLES: &[Role] = &[$(Role { name: "role", driver: &$driver }),*];
        static PROGRAM: Program = Program { fleet: "t", node: "n", network: $network, topics: TOPICS, roles: ROLES };
        &PROGRAM
    }};
}

labels! {
    /// Off or on.
    enum Button {
        Off = "Off",
        On = "On",
    }
}

const ON_OFF: Payload = Payload::Labels(Button::LABELS);

#[test]
fn a_switch_follows_its_topic_and_is_off_before() {
    let program = program!(
        NETWORK,
        [topic("light", ON_OFF, Route::Subscribe)],
        [
            SwitchOutput { topic: TopicId(0), pin: Gpio(5), active: Level::High, at_boot: false, on: &[false, true] },
            SwitchOutput { topic: TopicId(0), pin: Gpio(4), active: Level::Low, at_boot: true, on: &[false, true] },
        ]
    );
    let mut bench = Bench::new(program);
    assert_eq!((bench.pins.output[&5], bench.pins.output[&4]), (Level::Low, Level::Low));
    bench.accept(false);
    bench.deliver("light", "Off");
    assert_eq!((bench.pins.output[&5], bench.pins.output[&4]), (Level::Low, Level::High));
    bench.deliver("light", "On");
    assert_eq!((bench.pins.output[&5], bench.pins.output[&4]), (Level::High, Level::Low));
    bench.deliver("light", "on");
    assert_eq!(bench.pins.output[&5], Level::High, "what is no label changes nothing");
    assert!(bench.pins.log.contains(&"not a valid message on light".to_owned()));
}

fn button(sends: Sends, payload: Payload) -> &'static Program {
    let topics = vec![topic("button", payload, Route::Publish)].leak();
    let driver = PushButton {
        topic: TopicId(0),
        pin: Gpio(4),
        pull: Pull::Up,
        pressed: Level::Low,
        debounce: Duration::millis(30),
        sends,
    };
    let roles = vec![Role { name: "button", driver: Box::leak(Box::new(driver)) }].leak();
    Box::leak(Box::new(Program { fleet: "t", node: "n", network: NETWORK, topics, roles }))
}

#[test]
fn each_press_sends_the_next_label() {
    let mut bench = Bench::new(button(Sends::Press, Payload::Labels(&["a", "b", "c"])));
    bench.accept(false);
    bench.sent();
    (0..4).for_each(|_| bench.press());
    assert_eq!(bench.published(), ["button a", "button b", "button c", "button a"]);
}

#[test]
fn the_first_press_of_a_bit_sends_one() {
    let mut bench = Bench::new(button(Sends::Press, Payload::BIT));
    bench.accept(false);
    bench.sent();
    (0..2).for_each(|_| bench.press());
    assert_eq!(bench.published(), ["button 1", "button 0"]);
}

#[test]
fn a_contact_that_bounces_is_one_press() {
    let mut bench = Bench::new(button(Sends::Press, Payload::BIT));
    bench.accept(false);
    bench.sent();
    for _ in 0..5 {
        bench.set(4, Level::Low);
        bench.pass(10);
        bench.set(4, Level::High);
        bench.pass(10);
    }
    bench.set(4, Level::Low);
    bench.pass(20);
    assert_eq!(bench.published(), [""; 0], "it was not still for 30 ms yet");
    bench.pass(20);
    assert_eq!(bench.published(), ["button 1"]);
}

#[test]
fn a_level_is_sent_at_the_start_and_on_change_alone() {
    let mut bench = Bench::new(button(Sends::Level { released: 0, pressed: 1 }, Payload::BIT));
    bench.accept(false);
    bench.sent();
    bench.pass(1_000);
    bench.press();
    bench.pass(1_000);
    assert_eq!(bench.published(), ["button 1", "button 0"]);
}

#[test]
fn an_input_holds_its_active_state() {
    let program = program!(
        NETWORK,
        [topic("presence", Payload::Labels(&["absent", "present"]), Route::Publish)],
        [DigitalInput {
            topic: TopicId(0),
            pin: Gpio(14),
            pull: Pull::None,
            active: Level::High,
            hold: Duration::seconds(5),
            labels: [0, 1],
        }]
    );
    let mut bench = Bench::new(program);
    bench.accept(false);
    bench.sent();
    bench.set(14, Level::High);
    assert_eq!(bench.published(), ["presence present"]);
    bench.set(14, Level::Low);
    bench.pass(4_000);
    bench.set(14, Level::High);
    bench.set(14, Level::Low);
    bench.pass(4_000);
    assert_eq!(bench.published(), [""; 0], "the time starts anew");
    bench.pass(1_010);
    assert_eq!(bench.published(), ["presence absent"]);
}

#[test]
fn a_sensor_sends_when_it_changed_enough() {
    let program = program!(
        NETWORK,
        [topic("brightness", Payload::PERCENT, Route::Publish)],
        [AnalogInput { topic: TopicId(0), every: Duration::seconds(1), change: 2, map: &[(0, 0), (1023, 100)] }]
    );
    let mut bench = Bench::new(program);
    bench.accept(false);
    bench.sent();
    for (reading, expected) in
        [(15, None), (20, Some("brightness 2")), (30, None), (5, Some("brightness 0")), (1023, Some("brightness 100"))]
    {
        bench.pins.analog = reading;
        bench.pass(1_000);
        assert_eq!(bench.published().first().map(String::as_str), expected, "{reading}");
    }
}

#[test]
fn figures_have_their_decimals() {
    let payload = Payload::Number { min: -400, max: 850, step: 5, decimals: 1 };
    assert_eq!(payload.read(b"21.5"), Some(Value::Number(215)));
    assert_eq!(payload.read(b"-7"), Some(Value::Number(-70)));
    assert_eq!(payload.read(b"21.449"), Some(Value::Number(214)));
    for bad in [&b""[..], b"-", b".", b"1.", b"85.1", b"1e3", b" 1", b"99999999999999999999", b"1.2.3"] {
        assert_eq!(payload.read(bad), None, "{}", String::from_utf8_lossy(bad));
    }
    assert_eq!(payload.nearest(21.3), Value::Number(215));
    assert_eq!(payload.nearest(-1e9), Value::Number(-400));
    assert_eq!(payload.nearest(1e9), Value::Number(850));
    assert_eq!(payload.nearest(f32::NAN), Value::Number(-400));
}

#[test]
fn a_log_prints_every_message() {
    let program = program!(
        NETWORK,
        [topic("test", Payload::Text { max: 8 }, Route::Subscribe)],
        [SerialLog { topics: &[TopicId(0)] }]
    );
    let mut bench = Bench::new(program);
    bench.accept(false);
    bench.deliver("test", "test pub");
    assert_eq!(
        bench.pins.log.last().map(String::as_str),
        Some("Received a message with topic 'test', length 8 bytes: test pub")
    );
    bench.deliver("test", "longer than it may be");
    assert!(bench.pins.log.iter().any(|line| line.ends_with("length 21 bytes: longer than it may be")));
}

#[test]
fn a_decision_looks_at_age_and_speaks_only_when_its_answer_changes() {
    let program = program!(
        NETWORK,
        [topic("button", ON_OFF, Route::Subscribe), topic("light", ON_OFF, Route::Publish)],
        [Decision {
            topic: TopicId(1),
            reads: &[TopicId(0)],
            rules: |values, now| {
                let button = values.label(TopicId(0));
                let young = button.age(now).is_some_and(|age| age < Duration::minutes(30));
                if button.is(Button::On) && young {
                    Some(Value::Label(1))
                } else {
                    button.get().map(|_| Value::Label(0))
                }
            },
            tick: Duration::seconds(1),
        }]
    );
    let mut bench = Bench::new(program);
    bench.accept(false);
    bench.sent();
    bench.pass(5_000);
    assert_eq!(bench.published(), [""; 0], "nothing was heard");
    bench.deliver("button", "On");
    bench.deliver("button", "On");
    assert_eq!(bench.published(), ["light On"]);
    for _ in 0..29 * 3 {
        bench.pass(20_000);
        bench.receive(&common::encoded(&rumqttc::mqttbytes::v4::Packet::PingResp));
    }
    assert_eq!(bench.published(), [""; 0]);
    for _ in 0..4 {
        bench.pass(20_000);
        bench.receive(&common::encoded(&rumqttc::mqttbytes::v4::Packet::PingResp));
    }
    assert_eq!(bench.published(), ["light Off"]);
}

#[test]
fn topics_inside_a_node_need_no_network() {
    let program = program!(
        None,
        [topic("state", Payload::BIT, Route::Local)],
        [
            PushButton {
                topic: TopicId(0),
                pin: Gpio(4),
                pull: Pull::Up,
                pressed: Level::Low,
                debounce: Duration::millis(30),
                sends: Sends::Press,
            },
            SwitchOutput { topic: TopicId(0), pin: Gpio(5), active: Level::High, at_boot: false, on: &[false, true] },
        ]
    );
    let mut bench = Bench::new(program);
    assert_eq!(bench.node.socket(bench.at()), fleetwright_node::Socket::None);
    bench.press();
    assert_eq!(bench.pins.output[&5], Level::High);
    bench.press();
    assert_eq!(bench.pins.output[&5], Level::Low);
    assert!(bench.node.outgoing().is_empty());
}

#[test]
fn a_loop_that_never_settles_does_not_stop_the_node() {
    let program = program!(
        None,
        [topic("a", Payload::BIT, Route::Local)],
        [Decision {
            topic: TopicId(0),
            reads: &[TopicId(0)],
            rules: |values, _| Some(Value::Label(u8::from(!values.bit(TopicId(0)).is(true)))),
            tick: Duration::seconds(1),
        }]
    );
    let mut bench = Bench::new(program);
    let due = bench.poll().expect("it goes on");
    assert!(due > bench.at());
}
