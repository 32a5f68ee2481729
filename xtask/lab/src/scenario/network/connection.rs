//! One connection to the broker, packet by packet, with questions of our own between the packets: a PINGREQ is answered
//! when everything before it is done, because Mosquitto is one thread and keeps the order of a connection.

use super::packets::{CONNACK, CONNECT, PINGREQ, PINGRESP, kind, message, next_packet};
use anyhow::{Context, Result, bail};
use broker::OBSERVER;
use broker::mqtt::{ClientPacket, Publish, ServerPacket, Version};
use broker::tls::{Endpoint, Wire};
use bytes::BytesMut;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;

/// What the broker sent.
pub(in crate::scenario) struct Received {
    /// The packets, in order.
    pub(in crate::scenario) packets: Vec<Vec<u8>>,
    /// Whether the connection is still open.
    pub(in crate::scenario) is_open: bool,
}

/// How far a connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Handshake {
    /// There was no CONNECT yet.
    None,
    /// CONNECT was sent.
    Connecting,
    /// CONNACK is here.
    Connected,
}

pub(in crate::scenario) struct BrokerConnection {
    wire: Wire,
    input: BytesMut,
    handshake: Handshake,
    /// For each PINGREQ without an answer, in order: whether it is one of ours.
    pings: VecDeque<bool>,
}

impl Drop for BrokerConnection {
    fn drop(&mut self) {
        // Closing would not do: a process that is just being started holds everything open for a moment. A connection
        // that is gone already can't be shut down.
        let _ = self.wire.socket().shutdown(Shutdown::Both);
    }
}

impl BrokerConnection {
    /// Connects, with an account where the broker asks for one below MQTT; `None`: nobody listens.
    pub(in crate::scenario) fn open(endpoint: Endpoint, account: Option<(&str, &str)>) -> Result<Option<Self>> {
        let wire = Wire::open(endpoint, account)?;
        Ok(wire.map(|wire| Self { wire, input: BytesMut::new(), handshake: Handshake::None, pings: VecDeque::new() }))
    }

    /// Passes a packet on. A connection that is gone shows when it is read.
    pub(in crate::scenario) fn send(&mut self, packet: &[u8]) {
        match kind(packet) {
            CONNECT => self.handshake = Handshake::Connecting,
            PINGREQ => self.pings.push_back(false),
            _ => {}
        }
        let _ = self.wire.write_all(packet);
    }

    /// Asks the broker to answer when it is done with all that was sent.
    pub(in crate::scenario) fn ask(&mut self) {
        if self.handshake == Handshake::Connected {
            self.pings.push_back(true);
            // A connection that is gone shows when it is read.
            let _ = self.wire.write_all(&ClientPacket::Pingreq.to_bytes(Version::V4));
        }
    }

    /// Receives until the broker answered what [`BrokerConnection::ask`] asked, or a CONNECT.
    pub(in crate::scenario) fn receive(&mut self) -> Result<Received> {
        let mut packets = Vec::new();
        let handshake = self.handshake;
        if handshake == Handshake::None {
            return Ok(Received { packets, is_open: true });
        }
        loop {
            while let Some(packet) = next_packet(&mut self.input).context("the broker sends what is")? {
                match kind(&packet) {
                    PINGRESP if self.pings.pop_front() == Some(true) => {
                        return Ok(Received { packets, is_open: true });
                    }
                    CONNACK => {
                        self.handshake = Handshake::Connected;
                        packets.push(packet);
                        if handshake == Handshake::Connecting {
                            return Ok(Received { packets, is_open: true });
                        }
                    }
                    _ => packets.push(packet),
                }
            }
            if !self.fill()? {
                return Ok(Received { packets, is_open: false });
            }
        }
    }

    /// Publishes a message.
    pub(in crate::scenario) fn publish(&mut self, message: Publish) {
        self.send(&ClientPacket::Publish(message).to_bytes(Version::V4));
    }

    /// Receives until a message came so many times; all packets until then.
    pub(in crate::scenario) fn receive_message(
        &mut self,
        topic: &str,
        payload: &str,
        count: usize,
    ) -> Result<Vec<Vec<u8>>> {
        let is_it = |packet: &[u8]| message(packet).is_some_and(|(path, text, _)| path == topic && text == payload);
        let (mut packets, mut found) = (Vec::new(), 0);
        while found < count {
            while let Some(packet) = next_packet(&mut self.input).context("the broker sends what is")? {
                found += usize::from(is_it(&packet));
                packets.push(packet);
            }
            if found < count && !self.fill()? {
                bail!("the broker closed the observer's connection");
            }
        }
        Ok(packets)
    }

    /// Waits for bytes and keeps them; `false`: the connection is gone.
    fn fill(&mut self) -> Result<bool> {
        // Mosquitto's second packet waits for the acknowledgement of the first, which Linux delays for 40 ms.
        rustix::net::sockopt::set_tcp_quickack(self.wire.socket(), true)?;
        let mut buffer = [0; 8192];
        match self.wire.read(&mut buffer) {
            Ok(0) => Ok(false),
            Ok(count) => {
                self.input.extend_from_slice(&buffer[..count]);
                Ok(true)
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                bail!("the broker does not answer")
            }
            Err(_) => Ok(false),
        }
    }

    /// Says hello to the broker.
    ///
    /// # Errors
    ///
    /// The broker does not accept the client.
    pub(in crate::scenario) fn connect(&mut self, client_id: &str, account: Option<(&str, &str)>) -> Result<()> {
        let connect = ClientPacket::Connect { client_id, keep_alive: 600, account, will: None };
        self.send(&connect.to_bytes(Version::V4));
        let received = self.receive()?;
        let answer = received.packets.first().map(|packet| ServerPacket::read(packet, Version::V4)).transpose()?;
        if !received.is_open || answer != Some(ServerPacket::Connack(0)) {
            bail!("the broker does not accept `{client_id}`");
        }
        Ok(())
    }

    /// Becomes the observer at the broker with this index: connects and subscribes to everything.
    pub(in crate::scenario) fn observe(&mut self, account: Option<(&str, &str)>, index: usize) -> Result<()> {
        self.connect(&format!("{OBSERVER}-{index}"), account)?;
        self.send(&ClientPacket::Subscribe { packet_id: 1, filter: "#" }.to_bytes(Version::V4));
        self.ask();
        self.receive()?;
        Ok(())
    }
}
