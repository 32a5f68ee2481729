//! One connection of a probe: what it sends, and what it knows of the broker's answers.

use crate::mqtt::{ClientPacket, Publish, ServerPacket, Version, packet_length};
use crate::tls::{Endpoint, Wire};
use anyhow::{Context, Result, ensure};
use std::io::{ErrorKind, Read, Write};

/// What a client connects with.
pub struct Connect<'a> {
    /// The client identifier it asks for.
    pub id: &'a str,
    /// User and password; `None`: anonymous. At an encrypted endpoint they are the name and the key of the handshake.
    pub account: Option<(&'a str, &'a str)>,
    /// At an encrypted endpoint: the name and the key of the handshake, if they differ from the account.
    pub key: Option<(&'a str, &'a str)>,
    /// Topic and payload of its will.
    pub will: Option<(&'a str, &'a str)>,
}

/// An MQTT connection that records what it receives.
pub struct Probe {
    pub(super) wire: Option<Wire>,
    version: Version,
    input: Vec<u8>,
    pub(super) output: Vec<u8>,
    /// The code of CONNACK; 0: the broker let it in.
    pub greeting: Option<u8>,
    /// Messages of QoS 1 that were sent.
    pub sent: usize,
    /// How many of them there are to be.
    pub goal: usize,
    /// The reasons in their acknowledgements, in the order of sending.
    pub reasons: Vec<u8>,
    /// What was delivered: topic and payload.
    pub received: Vec<(String, String)>,
    /// Answers to SUBSCRIBE.
    pub granted: usize,
    pub(super) pongs: usize,
    /// Whether the broker ended it.
    pub closed: bool,
}

impl Probe {
    /// Opens a connection and puts CONNECT into its output. A probe whose TLS handshake fails is closed.
    pub fn open(endpoint: Endpoint, version: Version, connect: &Connect<'_>) -> Result<Self> {
        let wire = Wire::open(endpoint, connect.key.or(connect.account))?;
        if let Some(wire) = &wire {
            wire.set_blocking(false)?;
        }
        let mut probe = Self {
            closed: wire.is_none(),
            wire,
            version,
            input: Vec::new(),
            output: Vec::new(),
            greeting: None,
            sent: 0,
            goal: 0,
            reasons: Vec::new(),
            received: Vec::new(),
            granted: 0,
            pongs: 0,
        };
        probe.send(&ClientPacket::Connect {
            client_id: connect.id,
            keep_alive: 0,
            account: connect.account,
            will: connect.will,
        });
        Ok(probe)
    }

    /// Asks for a filter with QoS 0.
    pub fn subscribe(&mut self, filter: &str) {
        self.send(&ClientPacket::Subscribe { packet_id: 1, filter });
    }

    /// Sends a message of QoS 1.
    pub fn publish(&mut self, topic: &str, payload: &str) {
        self.message(topic, payload, false, None);
    }

    /// Has the broker keep a message of QoS 1; an empty one: forget the one that it keeps.
    pub fn retain(&mut self, topic: &str, payload: &str) {
        self.message(topic, payload, true, None);
    }

    /// Has the broker keep a message of QoS 1, with MQTT 5 for so many seconds.
    pub fn keep(&mut self, topic: &str, payload: &str, expiry: Option<u32>) {
        self.message(topic, payload, true, expiry);
    }

    fn message(&mut self, topic: &str, payload: &str, retain: bool, expiry: Option<u32>) {
        let packet_id = Some(packet_id(self.sent));
        self.sent += 1;
        let (topic, payload) = (topic.to_owned(), payload.to_owned());
        self.send(&ClientPacket::Publish(Publish { topic, payload, retain, packet_id, expiry }));
    }

    /// Leaves, and has the broker publish the will (MQTT 5).
    pub fn leave_with_will(&mut self) {
        self.send(&ClientPacket::Disconnect { with_will: true });
    }

    /// Leaves without a will.
    pub fn leave(&mut self) {
        self.send(&ClientPacket::Disconnect { with_will: false });
    }

    /// Asks the broker for an answer that comes behind all that was there before.
    pub(super) fn ping(&mut self) {
        self.pongs = 0;
        self.send(&ClientPacket::Pingreq);
    }

    fn send(&mut self, packet: &ClientPacket<'_>) {
        self.output.extend(packet.to_bytes(self.version));
    }

    /// Writes what waits, as far as the socket takes it.
    pub(super) fn flush(&mut self) -> Result<()> {
        while let Some(wire) = self.wire.as_mut().filter(|_| !self.output.is_empty() && !self.closed) {
            match wire.write(&self.output) {
                Ok(count) => drop(self.output.drain(..count)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if lost(&error) => self.closed = true,
                Err(error) => return Err(error).context("writing to the broker"),
            }
        }
        Ok(())
    }

    /// Reads what has arrived, and takes note of it.
    pub(super) fn read(&mut self) -> Result<()> {
        let mut piece = [0; 16_384];
        // An encrypted one until there is nothing: its socket does not tell what was taken from it and not decrypted yet.
        while let Some(wire) = self.wire.as_mut().filter(|_| !self.closed) {
            // Mosquitto's second packet waits for the acknowledgement of the first, which Linux delays for 40 ms. Where
            // that can't be asked for, it only takes longer.
            let _ = rustix::net::sockopt::set_tcp_quickack(wire.socket(), true);
            match wire.read(&mut piece) {
                Ok(0) => self.closed = true,
                Ok(count) => {
                    self.input.extend(piece.get(..count).unwrap_or_default());
                    if !wire.is_encrypted() {
                        break;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) if lost(&error) => self.closed = true,
                Err(error) => return Err(error).context("reading from the broker"),
            }
        }
        let input = std::mem::take(&mut self.input);
        let mut rest = input.as_slice();
        while let Some(length) = packet_length(rest).context("what the broker sends")? {
            let (packet, after) = rest.split_at(length);
            self.take(ServerPacket::read(packet, self.version).context("what the broker sends")?)?;
            rest = after;
        }
        self.input = rest.to_vec();
        Ok(())
    }

    fn take(&mut self, packet: ServerPacket) -> Result<()> {
        match packet {
            ServerPacket::Connack(code) => self.greeting = Some(code),
            ServerPacket::Publish(message) => self.received.push((message.topic, message.payload)),
            ServerPacket::Puback(id, reason) => {
                // Mosquitto acknowledges in the order of sending.
                ensure!(id == packet_id(self.reasons.len()), "the broker acknowledges out of order");
                self.reasons.push(reason);
            }
            ServerPacket::Suback => self.granted += 1,
            ServerPacket::Pingresp => self.pongs += 1,
            ServerPacket::Other(_) => {}
        }
        Ok(())
    }
}

fn lost(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

/// The packet identifier of the message that follows so many others: 1 to 65,535, and again. 0 is none.
fn packet_id(count: usize) -> u16 {
    (count % 65_535 + 1) as u16
}
