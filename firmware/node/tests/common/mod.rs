//! A board, a clock and a broker for tests: bytes in memory, nothing else.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses its part")]

use fleetwright_node::{
    Board, Gpio, Identity, Instant, Level, Memory, Mode, Node, OutboxEntry, Program, Pull, RoleState, Slot,
};
use rumqttc::mqttbytes::v4::{self, ConnAck, ConnectReturnCode, Packet, PubAck, Publish, SubAck, SubscribeReasonCode};
use std::collections::BTreeMap;

/// Pins in memory.
#[derive(Default)]
pub struct Pins {
    pub input: BTreeMap<u8, Level>,
    pub output: BTreeMap<u8, Level>,
    pub analog: u16,
    pub log: Vec<String>,
    /// What was kept, by its key, and how often something was.
    pub kept: BTreeMap<u32, u16>,
    pub writes: usize,
    /// How the pins were dimmed, one after the other.
    pub dimmed: Vec<(u8, u16)>,
}

impl Board for Pins {
    fn configure(&mut self, pin: Gpio, mode: Mode) {
        match mode {
            Mode::Input(Pull::Up) => self.input.insert(pin.0, Level::High),
            Mode::Input(_) => self.input.insert(pin.0, Level::Low),
            Mode::Output(level) | Mode::Dimmed(level) => self.output.insert(pin.0, level),
        };
    }
    fn read(&mut self, pin: Gpio) -> Level {
        self.input[&pin.0]
    }
    fn drive(&mut self, pin: Gpio, level: Level) {
        self.output.insert(pin.0, level);
    }
    fn dim(&mut self, pin: Gpio, permille: u16) {
        self.dimmed.push((pin.0, permille));
    }
    fn kept(&mut self, key: u32) -> Option<u16> {
        self.kept.get(&key).copied()
    }
    fn keep(&mut self, key: u32, value: u16) {
        self.kept.insert(key, value);
        self.writes += 1;
    }
    fn analog(&mut self) -> u16 {
        self.analog
    }
    fn log(&mut self, parts: &[&[u8]]) {
        self.log.push(String::from_utf8_lossy(&parts.concat()).into_owned());
    }
}

/// A node with its memory, pins and clock; the broker's side is rumqttc's codec.
pub struct Bench {
    pub node: Node<'static>,
    pub pins: Pins,
    pub now: u64,
}

impl Bench {
    /// A started node with buffers of these sizes.
    pub fn sized(program: &'static Program, receive: usize, transmit: usize, outbox: usize) -> Self {
        Self::on(Pins::default(), program, receive, transmit, outbox)
    }

    /// The same, on pins that were used before.
    fn on(pins: Pins, program: &'static Program, receive: usize, transmit: usize, outbox: usize) -> Self {
        fn leaked<T: Clone>(value: T, count: usize) -> &'static mut [T] {
            vec![value; count].leak()
        }
        let memory = Memory {
            slots: leaked(Slot::default(), program.topics.len()),
            states: leaked(RoleState::default(), program.roles.len()),
            text: leaked(0, program.text_memory()),
            receive: leaked(0, receive),
            transmit: leaked(0, transmit),
            outbox: leaked(None::<OutboxEntry>, outbox),
        };
        let identity = Identity { client_id: program.node, credentials: Some(("user", "password")), names: None };
        let mut bench = Self { node: Node::new(program, identity, memory, 7), pins, now: 0 };
        bench.node.start(Instant::from_millis(0), &mut bench.pins);
        bench
    }

    /// The same program after a power cut: what was kept is all that is left.
    pub fn after_power_cut(self, program: &'static Program) -> Self {
        let pins = Pins { kept: self.pins.kept, ..Pins::default() };
        Self::on(pins, program, 512, 512, 4)
    }

    pub fn new(program: &'static Program) -> Self {
        Self::sized(program, 512, 512, 4)
    }

    pub fn at(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    /// Lets time pass, in steps of 10 ms as on the chip.
    pub fn pass(&mut self, ms: u64) {
        for _ in 0..ms / 10 {
            self.now += 10;
            self.node.poll(Instant::from_millis(self.now), &mut self.pins);
        }
    }

    /// Presses the button at GPIO4, which pulls the pin low, and lets it go.
    pub fn press(&mut self) {
        for level in [Level::Low, Level::High] {
            self.set(4, level);
            self.pass(50);
        }
    }

    pub fn poll(&mut self) -> Option<Instant> {
        let now = self.at();
        self.node.poll(now, &mut self.pins)
    }

    /// Takes what the node wants to send, as packets.
    pub fn sent(&mut self) -> Vec<Packet> {
        let mut bytes = bytes::BytesMut::from(self.node.outgoing());
        let now = self.at();
        self.node.sent(bytes.len(), now);
        self.poll();
        let mut packets = Vec::new();
        while !bytes.is_empty() {
            packets.push(Packet::read(&mut bytes, 10_000).expect("what a node sends is MQTT 3.1.1"));
        }
        packets
    }

    /// What it published, as `topic payload`.
    pub fn published(&mut self) -> Vec<String> {
        let packets = self.sent();
        packets.iter().filter_map(publication).collect()
    }

    pub fn receive(&mut self, bytes: &[u8]) {
        let now = self.at();
        self.node.received(bytes, now, &mut self.pins);
    }

    /// The broker says hello.
    pub fn accept(&mut self, session_present: bool) {
        let now = self.at();
        self.node.opened(now);
        assert!(matches!(self.sent().as_slice(), [Packet::Connect(_)]));
        self.receive(&encoded(&Packet::ConnAck(ConnAck { session_present, code: ConnectReturnCode::Success })));
        assert!(self.node.connected());
    }

    /// The broker delivers a message.
    pub fn deliver(&mut self, topic: &str, payload: &str) {
        let publish = Publish::new(topic, rumqttc::QoS::AtMostOnce, payload);
        self.receive(&encoded(&Packet::Publish(publish)));
    }

    pub fn acknowledge(&mut self, pkid: u16) {
        self.receive(&encoded(&Packet::PubAck(PubAck { pkid })));
    }

    pub fn set(&mut self, pin: u8, level: Level) {
        self.pins.input.insert(pin, level);
        self.poll();
    }
}

/// `topic payload` of a PUBLISH.
pub fn publication(packet: &Packet) -> Option<String> {
    match packet {
        Packet::Publish(publish) => Some(format!("{} {}", publish.topic, String::from_utf8_lossy(&publish.payload))),
        _ => None,
    }
}

/// A broker's packet as bytes.
pub fn encoded(packet: &Packet) -> Vec<u8> {
    let mut bytes = bytes::BytesMut::new();
    let written = match packet {
        Packet::ConnAck(packet) => packet.write(&mut bytes),
        Packet::Publish(packet) => packet.write(&mut bytes),
        Packet::PubAck(packet) => packet.write(&mut bytes),
        Packet::SubAck(packet) => packet.write(&mut bytes),
        Packet::PingResp => v4::PingResp.write(&mut bytes),
        other => panic!("no broker sends {other:?}"),
    };
    written.expect("rumqttc writes its own packets");
    bytes.to_vec()
}

/// A SUBACK.
pub fn suback(pkid: u16, granted: bool) -> Packet {
    let code =
        if granted { SubscribeReasonCode::Success(rumqttc::QoS::AtLeastOnce) } else { SubscribeReasonCode::Failure };
    Packet::SubAck(SubAck { pkid, return_codes: vec![code] })
}
