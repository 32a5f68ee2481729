//! Roles in somebody's own Rust, alone on a node: what they hear and say, their pins, and a bus.

mod common;

use common::Bench;
use core::cell::RefCell;
use embedded_hal::digital::{InputPin, StatefulOutputPin};
use embedded_hal::i2c::{Error, ErrorKind, I2c as _, Operation};
use embedded_hal::pwm::SetDutyCycle;
use fleetwright_node::custom::{self, BusError, Context, Custom, CustomRole, Publish, RoleMemory, Subscribe};
use fleetwright_node::{
    Board, Duration, Gpio, Instant, Level, Mode, Network, Payload, PinFunctions, Program, Pull, Qos, Role, Route,
    Topic, TopicId, embedded_hal, labels,
};

labels! {
    /// Off or on.
    enum Light {
        Off = "Off",
        On = "On",
    }
}

const NETWORK: Option<Network> = Some(Network { status: "t/n/status", keep_alive: Duration::seconds(30) });

const fn topic(path: &'static str, payload: Payload, route: Route) -> Topic {
    Topic { path, payload, qos: Qos::AtMostOnce, retain: false, route }
}

static TOPICS: [Topic; 5] = [
    topic("light", Payload::Labels(Light::LABELS), Route::Subscribe),
    topic("note", Payload::Text { max: 8 }, Route::Subscribe),
    topic("warmth", Payload::Number { min: -400, max: 850, step: 5, decimals: 1 }, Route::Publish),
    topic("first", Payload::Text { max: 3 }, Route::Publish),
    topic("second", Payload::Text { max: 8 }, Route::Publish),
];

/// Says whatever it hears, and counts its turns.
struct Parrot {
    turns: u32,
}

impl Custom for Parrot {
    fn start(&mut self, context: &mut Context<'_>) {
        context.log("here I am");
    }

    fn received(&mut self, context: &mut Context<'_>) {
        let figure = custom::Topic::<f32, Publish>::new(TopicId(2));
        if context.latest(custom::Topic::<Light, Subscribe>::new(TopicId(0))).is(Light::On) {
            context.publish(figure, 21.26);
            context.publish(figure, 1e9);
        }
        if let Some(note) = context.latest(custom::Topic::<str, Subscribe>::new(TopicId(1))).get() {
            context.publish(custom::Topic::<str, Publish>::new(TopicId(3)), note);
            context.publish(custom::Topic::<str, Publish>::new(TopicId(4)), "");
            context.publish(custom::Topic::<str, Publish>::new(TopicId(4)), note);
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Option<Duration> {
        self.turns += 1;
        if self.turns == 3 {
            let published =
                (0..9).filter(|_| context.publish(custom::Topic::<f32, Publish>::new(TopicId(2)), 0.0)).count();
            assert_eq!(published, 8, "more than it may say in one turn");
        }
        (self.turns < 3).then_some(Duration::seconds(1))
    }
}

fn program() -> &'static Program {
    let memory = Box::leak(Box::new(RoleMemory::<_, 11>::new(Parrot { turns: 0 })));
    let own =
        CustomRole { memory, subscribes: &[TopicId(0), TopicId(1)], publishes: &[TopicId(2), TopicId(3), TopicId(4)] };
    let roles = vec![Role { name: "parrot", driver: Box::leak(Box::new(own)) }].leak();
    Box::leak(Box::new(Program { fleet: "t", node: "n", network: NETWORK, topics: &TOPICS, roles }))
}

#[test]
fn what_it_says_is_published_in_its_order_and_rounded() {
    let mut bench = Bench::new(program());
    assert_eq!(bench.pins.log, ["here I am"]);
    bench.accept(false);
    bench.sent();
    bench.deliver("light", "On");
    assert_eq!(bench.published(), ["warmth 21.5", "warmth 85.0"]);
    bench.deliver("light", "Off");
    bench.deliver("note", "grüß");
    // `first` has room for three bytes, and no half letters.
    assert_eq!(bench.published(), ["first gr", "second grüß"]);
}

#[test]
fn it_is_called_when_it_asked_to_be() {
    let mut bench = Bench::sized(program(), 512, 512, 10);
    bench.accept(false);
    bench.sent();
    bench.pass(1_900);
    assert_eq!(bench.published(), [""; 0]);
    bench.pass(5_000);
    assert_eq!(bench.published().len(), 8);
    assert!(bench.pins.log.iter().any(|line| line == "a custom role publishes too much at a time"));
}

thread_local! {
    /// What pins did, and whether somebody holds data, the clock.
    static LINES: RefCell<(Vec<String>, bool, bool)> = const { RefCell::new((Vec::new(), false, false)) };
}

fn note(what: String) {
    LINES.with_borrow_mut(|lines| lines.0.push(what));
}

/// A board with wires and nothing else.
struct Bare;

impl Board for Bare {
    fn configure(&mut self, _: Gpio, _: Mode) {}
    fn read(&mut self, _: Gpio) -> Level {
        Level::Low
    }
    fn drive(&mut self, _: Gpio, _: Level) {}
    fn analog(&mut self) -> u16 {
        0
    }
    fn log(&mut self, parts: &[&[u8]]) {
        note(String::from_utf8_lossy(&parts.concat()).into_owned());
    }
    fn pin_functions(&self) -> PinFunctions {
        PinFunctions {
            configure: |pin, mode| note(format!("{} {mode:?}", pin.0)),
            read: |pin| {
                let held = LINES.with_borrow(|lines| if pin.0 == 4 { lines.1 } else { lines.2 });
                if held { Level::Low } else { Level::High }
            },
            drive: |pin, level| note(format!("{} {level:?}", pin.0)),
            dim: |pin, share| note(format!("{} {share}", pin.0)),
            ..PinFunctions::NONE
        }
    }
}

/// Tries its pins at the start.
struct Tinkerer;

impl Custom for Tinkerer {
    fn start(&mut self, context: &mut Context<'_>) {
        context.output(Gpio(13), Level::Low).toggle().expect("never fails");
        let mut output = context.pwm(Gpio(14), Level::Low);
        output.set_duty_cycle_percent(25).expect("never fails");
        let mut input = context.input(Gpio(12), Pull::Up);
        assert!(input.is_high().expect("never fails"));
        let mut bus = context.i2c(Gpio(4), Gpio(5));
        // Nobody pulls data low, so nobody acknowledges.
        let error = bus.write(0x23, &[1]).expect_err("nobody there");
        assert!(matches!(error.kind(), ErrorKind::NoAcknowledge(_)));
        LINES.with_borrow_mut(|lines| lines.1 = true);
        assert_eq!(bus.read(0x23, &mut [0]), Err(BusError::Stuck));
        LINES.with_borrow_mut(|lines| lines.2 = true);
        assert_eq!(bus.transaction(0x23, &mut [Operation::Write(&[])]), Err(BusError::Stretched));
    }
}

#[test]
fn pins_and_a_bus_that_does_not_work() {
    let memory = Box::leak(Box::new(RoleMemory::<_, 0>::new(Tinkerer)));
    let roles = vec![Role {
        name: "tinkerer",
        driver: Box::leak(Box::new(CustomRole { memory, subscribes: &[], publishes: &[] })),
    }]
    .leak();
    let program: &'static Program =
        Box::leak(Box::new(Program { fleet: "t", node: "n", network: None, topics: &[], roles }));
    let memory = fleetwright_node::Memory {
        slots: &mut [],
        states: vec![Default::default()].leak(),
        text: &mut [],
        receive: &mut [],
        transmit: &mut [],
        outbox: &mut [],
    };
    let identity = fleetwright_node::Identity { client_id: "n", credentials: None, names: None };
    let mut node = fleetwright_node::Node::new(program, identity, memory, 1);
    assert_eq!(node.start(Instant::from_millis(0), &mut Bare), None);
    let seen = LINES.with_borrow(|lines| lines.0.clone());
    assert_eq!(seen, ["13 Output(Low)", "13 High", "14 Dimmed(Low)", "14 250", "12 Input(Up)"]);
}
