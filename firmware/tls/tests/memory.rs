//! A platform that has no memory left for a record ends the connection and says why.

use fleetwright_node::{Board, Gpio, Identity, Instant, Level, Memory, Mode, Node, OUTBOX, Program};
use fleetwright_tls::{Buffers, Client, Connection, Ended};
use std::future::ready;
use std::pin::pin;

/// A board without pins that keeps its log.
#[derive(Default)]
struct Log(Vec<String>);

impl Board for Log {
    fn configure(&mut self, _: Gpio, _: Mode) {}

    fn read(&mut self, _: Gpio) -> Level {
        Level::Low
    }

    fn drive(&mut self, _: Gpio, _: Level) {}

    fn analog(&mut self) -> u16 {
        0
    }

    fn log(&mut self, parts: &[&[u8]]) {
        self.0.push(String::from_utf8_lossy(&parts.concat()).into_owned());
    }
}

static PROGRAM: Program = Program { fleet: "room", node: "esp-light", network: None, topics: &[], roles: &[] };

#[test]
fn without_memory_the_connection_ends_and_the_log_says_why() {
    let longest = PROGRAM.longest_name();
    let (mut receive, mut transmit) =
        (vec![0; PROGRAM.receive_memory(longest)], vec![0; PROGRAM.transmit_memory(longest)]);
    let mut outbox = [None; OUTBOX];
    let memory = Memory {
        slots: &mut [],
        states: &mut [],
        text: &mut [],
        receive: &mut receive,
        transmit: &mut transmit,
        outbox: &mut outbox,
    };
    let mut node = Node::new(&PROGRAM, Identity { client_id: "esp-light", credentials: None, names: None }, memory, 1);
    let (buffers, now) = (Buffers::new(), Instant::from_millis(0));
    let future = pin!(ready(Ended::NoMemory));
    let mut connection = Connection::new();
    connection.opened(Client::start(&buffers, future), now);
    let mut log = Log::default();
    assert_eq!(connection.serve(&mut node, &mut log, now), Err(Ended::NoMemory));
    assert_eq!(log.0, ["no memory for TLS"]);
    // It is said once; the platform closes the TCP connection.
    assert_eq!(connection.received(b"more", &mut node, &mut log, now), Ok(()));
    assert_eq!(log.0.len(), 1);
}
