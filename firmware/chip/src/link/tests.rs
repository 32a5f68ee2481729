//! The link with a node above it and a network of wishes beneath it.

extern crate std;
use super::*;
use fleetwright_node::{Board, Gpio, Identity, Level, Memory, Mode, Network, Program};
use std::vec::Vec;

static PROGRAM: Program = Program {
    fleet: "f",
    node: "n",
    network: Some(Network { status: "f/n/status", keep_alive: Duration::seconds(30) }),
    topics: &[],
    roles: &[],
};

const BROKER: [u8; 4] = [192, 0, 2, 1];

/// A network that does as it is told, and keeps what it was asked for.
struct Wire {
    found: Found,
    works: bool,
    resolved: usize,
    connected: usize,
    sent: Vec<u8>,
    aborted: usize,
}

impl Tcp for Wire {
    fn resolve(&mut self, _: Instant) -> Found {
        self.resolved += 1;
        self.found
    }

    fn connect(&mut self, address: [u8; 4]) -> bool {
        assert_eq!(address, BROKER);
        self.connected += 1;
        self.works
    }

    fn send(&mut self, bytes: &[u8]) -> bool {
        self.sent.extend(bytes);
        self.works
    }

    fn abort(&mut self) -> bool {
        self.aborted += 1;
        true
    }
}

struct Nothing;

impl Board for Nothing {
    fn configure(&mut self, _: Gpio, _: Mode) {}
    fn read(&mut self, _: Gpio) -> Level {
        Level::Low
    }
    fn drive(&mut self, _: Gpio, _: Level) {}
    fn analog(&mut self) -> u16 {
        0
    }
    fn log(&mut self, _: &[&[u8]]) {}
}

/// A node, its link and the wire, at a moment that tests move.
struct Bench {
    node: Node<'static>,
    link: Link,
    wire: Wire,
    ms: u64,
}

impl Bench {
    fn new() -> Self {
        let leak = |length| std::vec![0; length].leak();
        let memory = Memory {
            slots: &mut [],
            states: &mut [],
            text: &mut [],
            receive: leak(64),
            transmit: leak(256),
            outbox: &mut [],
        };
        let node = Node::new(&PROGRAM, Identity { client_id: "n", credentials: None, names: None }, memory, 7);
        let found = Found::Address(BROKER);
        let wire = Wire { found, works: true, resolved: 0, connected: 0, sent: Vec::new(), aborted: 0 };
        let mut bench = Self { node, link: Link::new(), wire, ms: 1_000 };
        bench.link.interface(true);
        bench
    }

    fn now(&self) -> Instant {
        Instant::from_millis(self.ms)
    }

    fn serve(&mut self) {
        let now = self.now();
        self.node.poll(now, &mut Nothing);
        self.link.serve(&mut self.node, &mut self.wire, now);
    }

    fn open() -> Self {
        let mut bench = Self::new();
        bench.serve();
        let now = bench.now();
        bench.link.connected(&mut bench.node, now);
        bench.serve();
        bench
    }
}

#[test]
fn a_connection_is_made_and_the_node_greets() {
    let bench = Bench::open();
    assert_eq!((bench.wire.resolved, bench.wire.connected), (1, 1));
    assert_eq!(bench.wire.sent.first(), Some(&0x10));
}

#[test]
fn nothing_is_tried_while_there_is_no_network() {
    let mut bench = Bench::new();
    bench.link.interface(false);
    bench.serve();
    assert_eq!(bench.wire.resolved, 0);
}

#[test]
fn one_buffer_is_on_its_way_at_a_time() {
    let mut bench = Bench::open();
    let greeting = bench.wire.sent.len();
    bench.serve();
    assert_eq!(bench.wire.sent.len(), greeting, "not confirmed yet");
    let now = bench.now();
    bench.link.sent(&mut bench.node, now);
    assert!(bench.node.outgoing().is_empty());
    bench.link.sent(&mut bench.node, now);
    assert!(bench.node.outgoing().is_empty(), "a stray confirmation takes nothing away");
}

#[test]
fn a_name_may_be_found_later() {
    let mut bench = Bench::new();
    bench.wire.found = Found::Later;
    bench.serve();
    assert_eq!(bench.wire.connected, 0);
    let now = bench.now();
    bench.link.resolved(Some(BROKER), &mut bench.node, &mut bench.wire, now);
    bench.link.resolved(Some(BROKER), &mut bench.node, &mut bench.wire, now);
    assert_eq!(bench.wire.connected, 1, "a second answer is not a second connection");
}

#[test]
fn a_name_that_is_not_found_is_looked_for_again_after_a_while() {
    for found in [Found::Nowhere, Found::Later] {
        let mut bench = Bench::new();
        bench.wire.found = found;
        bench.serve();
        let now = bench.now();
        bench.link.resolved(None, &mut bench.node, &mut bench.wire, now);
        bench.serve();
        assert_eq!(bench.wire.resolved, 1);
        bench.ms += 300;
        bench.serve();
        assert_eq!(bench.wire.resolved, 2);
    }
}

#[test]
fn what_never_answers_is_given_up() {
    let mut bench = Bench::new();
    bench.serve();
    bench.ms += TIMEOUT.as_millis();
    bench.serve();
    assert_eq!(bench.wire.aborted, 1);
    bench.wire.found = Found::Later;
    let now = bench.now();
    bench.link.ended(&mut bench.node, now);
    bench.ms += 1_000;
    bench.serve();
    bench.ms += TIMEOUT.as_millis();
    bench.serve();
    assert_eq!(bench.wire.aborted, 1, "a look-up is no connection");
    bench.ms += 1_000;
    bench.serve();
    assert_eq!(bench.wire.resolved, 3);
}

#[test]
fn lost_network_ends_the_connection_and_it_comes_back() {
    let mut bench = Bench::open();
    bench.link.interface(false);
    bench.serve();
    assert_eq!(bench.wire.aborted, 1);
    bench.link.interface(true);
    bench.ms += 1_000;
    bench.serve();
    assert_eq!(bench.wire.connected, 1, "the old connection is not gone yet");
    let now = bench.now();
    bench.link.ended(&mut bench.node, now);
    bench.serve();
    assert_eq!(bench.wire.connected, 2);
}

#[test]
fn an_end_that_nobody_confirms_is_asked_for_again() {
    let mut bench = Bench::open();
    bench.link.interface(false);
    bench.serve();
    bench.ms += CLOSE_TIMEOUT.as_millis();
    bench.serve();
    assert_eq!(bench.wire.aborted, 2);
}

#[test]
fn a_connection_that_ends_by_itself_is_made_again_after_a_while() {
    let mut bench = Bench::open();
    let now = bench.now();
    bench.link.ended(&mut bench.node, now);
    bench.serve();
    assert_eq!(bench.wire.connected, 1);
    bench.ms += 300;
    bench.serve();
    assert_eq!(bench.wire.connected, 2);
}

#[test]
fn a_send_that_fails_ends_the_connection() {
    let mut bench = Bench::new();
    bench.serve();
    let now = bench.now();
    bench.link.connected(&mut bench.node, now);
    bench.wire.works = false;
    bench.serve();
    assert_eq!(bench.wire.aborted, 1);
    assert!(!bench.link.is_open());
}

#[test]
fn garbage_from_the_broker_ends_the_connection() {
    let mut bench = Bench::open();
    let now = bench.now();
    bench.node.received(b"\x20\x02\x01\xff", now, &mut Nothing);
    bench.serve();
    assert_eq!(bench.wire.aborted, 1);
}

#[test]
fn stray_news_of_a_connection_changes_nothing() {
    let mut bench = Bench::new();
    let now = bench.now();
    bench.link.connected(&mut bench.node, now);
    bench.link.ended(&mut bench.node, now);
    bench.link.sent(&mut bench.node, now);
    assert!(!bench.link.is_open());
    bench.serve();
    assert_eq!(bench.wire.connected, 1);
}
