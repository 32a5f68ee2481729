//! A look-up with a network of wishes beneath it.

extern crate std;
use super::*;
use simple_dns::rdata::{A, RData};
use simple_dns::{CLASS, Name, Packet, ResourceRecord};
use std::vec::Vec;

const OWN: Interface = Interface { address: [192, 168, 1, 20], mask: [255, 255, 255, 0] };
const BROKER: [u8; 4] = [192, 168, 1, 10];
const RESPONDER: ([u8; 4], u16) = (BROKER, 5353);

/// A socket that keeps what was done with it.
#[derive(Default)]
struct Wire {
    is_full: bool,
    opened: usize,
    closed: usize,
    queries: Vec<Vec<u8>>,
}

impl Udp for Wire {
    fn open(&mut self) -> bool {
        self.opened += 1;
        assert_eq!(self.opened, self.closed + 1, "one at a time");
        if self.is_full {
            self.opened -= 1;
        }
        !self.is_full
    }

    fn send(&mut self, query: &[u8]) {
        assert_eq!(self.opened, self.closed + 1, "there is a socket");
        self.queries.push(query.to_vec());
    }

    fn close(&mut self) {
        self.closed += 1;
        assert_eq!(self.opened, self.closed, "there was a socket");
    }
}

fn at(ms: u64) -> Instant {
    Instant::from_millis(1_000 + ms)
}

fn begun() -> (Search, Wire) {
    let mut search = Search::new();
    assert!(search.begin("broker.local", at(0)));
    (search, Wire::default())
}

fn answer(name: &str, address: [u8; 4]) -> Vec<u8> {
    let mut packet = Packet::new_reply(0);
    let data = RData::A(A { address: u32::from_be_bytes(address) });
    packet.answers.push(ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, 10, data));
    packet.build_bytes_vec().expect("fits")
}

#[test]
fn names_of_dns_are_not_looked_for() {
    let mut search = Search::new();
    for name in ["broker", "broker.example.org", "192.168.1.10", ""] {
        assert!(!search.begin(name, at(0)), "{name}");
    }
    assert_eq!(search.serve(true, &mut Wire::default(), at(0)), Found::Later);
}

#[test]
fn an_address_is_told_once_and_the_socket_goes() {
    let (mut search, mut wire) = begun();
    assert_eq!(search.serve(true, &mut wire, at(0)), Found::Later);
    assert_eq!((wire.opened, wire.queries.len()), (1, 1));
    search.received(&answer("broker.local", BROKER), RESPONDER, OWN);
    // A second answer changes nothing.
    search.received(&answer("broker.local", [192, 168, 1, 11]), RESPONDER, OWN);
    assert_eq!(wire.closed, 0, "not from within a callback");
    assert_eq!(search.serve(true, &mut wire, at(5)), Found::Address(BROKER));
    assert_eq!(wire.closed, 1);
    assert_eq!(search.serve(true, &mut wire, at(6)), Found::Later);
    search.received(&answer("broker.local", BROKER), RESPONDER, OWN);
    assert_eq!(search.serve(true, &mut wire, at(7)), Found::Later);
    assert_eq!((wire.opened, wire.closed, wire.queries.len()), (1, 1, 1));
}

#[test]
fn a_query_that_nobody_answers_is_sent_again() {
    let (mut search, mut wire) = begun();
    let mut sent = Vec::new();
    for ms in 0..20_000 {
        let before = wire.queries.len();
        assert_eq!(search.serve(true, &mut wire, at(ms)), Found::Later);
        if wire.queries.len() > before {
            sent.push(ms);
        }
    }
    assert_eq!(sent, [0, 1_000, 3_000, 7_000, 15_000]);
    assert_eq!(wire.opened, 1, "all from one port");
    assert!(wire.queries.iter().all(|query| *query == wire.queries[0]));
    assert_eq!(search.serve(false, &mut wire, at(20_000)), Found::Later);
    assert_eq!(wire.closed, 1, "the link gave up");
}

#[test]
fn wrong_answers_do_not_end_it() {
    let (mut search, mut wire) = begun();
    search.serve(true, &mut wire, at(0));
    let good = answer("broker.local", BROKER);
    search.received(&answer("other.local", BROKER), RESPONDER, OWN);
    search.received(&answer("broker.local", [127, 0, 0, 1]), RESPONDER, OWN);
    search.received(&good[..good.len() - 1], RESPONDER, OWN);
    search.received(&wire.queries[0].clone(), RESPONDER, OWN);
    search.received(&good, (BROKER, 53), OWN);
    search.received(&good, ([10, 0, 0, 1], 5353), OWN);
    assert_eq!(search.serve(true, &mut wire, at(1)), Found::Later);
    search.received(&good, RESPONDER, OWN);
    assert_eq!(search.serve(true, &mut wire, at(2)), Found::Address(BROKER));
}

#[test]
fn a_station_that_lost_its_address_has_no_neighbours() {
    let (mut search, mut wire) = begun();
    search.serve(true, &mut wire, at(0));
    let lost = Interface { address: [0; 4], mask: [0; 4] };
    search.received(&answer("broker.local", BROKER), RESPONDER, lost);
    assert_eq!(search.serve(true, &mut wire, at(1)), Found::Later);
}

#[test]
fn without_a_socket_there_is_no_address() {
    let (mut search, mut wire) = begun();
    wire.is_full = true;
    assert_eq!(search.serve(true, &mut wire, at(0)), Found::Nowhere);
    assert_eq!((wire.opened, wire.closed, wire.queries.len()), (0, 0, 0));
    wire.is_full = false;
    assert!(search.begin("broker.local", at(500)));
    assert_eq!(search.serve(true, &mut wire, at(500)), Found::Later);
    assert_eq!(wire.queries.len(), 1);
}

#[test]
fn a_name_that_no_message_can_hold_is_nowhere() {
    let mut search = Search::new();
    let name: &'static str = std::format!("{}.local", "x".repeat(64)).leak();
    assert!(search.begin(name, at(0)));
    let mut wire = Wire::default();
    assert_eq!(search.serve(true, &mut wire, at(0)), Found::Nowhere);
    assert_eq!(wire.opened, 0);
}

#[test]
fn nobody_waits_nobody_asks() {
    let (mut search, mut wire) = begun();
    assert_eq!(search.serve(false, &mut wire, at(0)), Found::Later);
    assert_eq!((wire.opened, wire.queries.len()), (0, 0));
    let (mut search, mut wire) = begun();
    search.serve(true, &mut wire, at(0));
    search.received(&answer("broker.local", BROKER), RESPONDER, OWN);
    assert_eq!(search.serve(false, &mut wire, at(1)), Found::Later, "too late for the link");
    assert_eq!(wire.closed, 1);
}

#[test]
fn a_new_look_up_takes_the_socket_over() {
    let (mut search, mut wire) = begun();
    search.serve(true, &mut wire, at(0));
    assert!(search.begin("other.local", at(10)));
    assert_eq!(search.serve(true, &mut wire, at(10)), Found::Later);
    search.received(&answer("broker.local", BROKER), RESPONDER, OWN);
    search.received(&answer("other.local", BROKER), RESPONDER, OWN);
    assert_eq!(search.serve(true, &mut wire, at(11)), Found::Address(BROKER));
    assert_eq!((wire.opened, wire.closed, wire.queries.len()), (1, 1, 2));
}
