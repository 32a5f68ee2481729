//! One connection to the broker, packet by packet, with questions of our own between the packets: a PINGREQ is answered
//! when everything before it is done, because Mosquitto is one thread and keeps the order of a connection.

use anyhow::{Context, Result, bail};
use broker::OBSERVER;
use broker::mqtt::{ClientPacket, PINGRESP, Publish, ServerPacket, Version, packet_length};
use broker::tls::{Door, Wire};
use bytes::BytesMut;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;

pub(super) use broker::mqtt::{CONNACK, CONNECT, PINGREQ, kind};

/// Takes the next whole packet out of what was received.
pub(super) fn next_packet(input: &mut BytesMut) -> Result<Option<Vec<u8>>> {
    Ok(packet_length(input)?.map(|length| input.split_to(length).to_vec()))
}

/// Topic, payload and whether the broker had kept it, if this is a message.
pub(super) fn message(packet: &[u8]) -> Option<(String, String, bool)> {
    let Publish { topic, payload, retain, .. } = Publish::read(packet, Version::V4)?;
    Some((topic, payload, retain))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Greeting {
    Unsaid,
    Asked,
    Answered,
}

pub(super) struct Upstream {
    wire: Wire,
    input: BytesMut,
    greeting: Greeting,
    /// The PINGREQs that wait for their answer; whether it was us who asked.
    owed: VecDeque<bool>,
}

impl Drop for Upstream {
    fn drop(&mut self) {
        // Closing would not do: a process that is just being started holds everything open for a moment. A connection
        // that is gone already can't be shut down.
        let _ = self.wire.socket().shutdown(Shutdown::Both);
    }
}

impl Upstream {
    /// A connection, as somebody where the door is encrypted; `None`: nobody listens.
    pub(super) fn open(door: Door, account: Option<(&str, &str)>) -> Result<Option<Self>> {
        let wire = Wire::open(door, account)?;
        Ok(wire.map(|wire| Self { wire, input: BytesMut::new(), greeting: Greeting::Unsaid, owed: VecDeque::new() }))
    }

    /// Passes a packet on. A connection that is gone shows when it is listened to.
    pub(super) fn send(&mut self, packet: &[u8]) {
        match kind(packet) {
            CONNECT => self.greeting = Greeting::Asked,
            PINGREQ => self.owed.push_back(false),
            _ => {}
        }
        let _ = self.wire.write_all(packet);
    }

    /// Asks the broker whether it is done with all that was sent.
    pub(super) fn ask(&mut self) {
        if self.greeting == Greeting::Answered {
            self.owed.push_back(true);
            let _ = self.wire.write_all(&ClientPacket::Pingreq.to_bytes(Version::V4));
        }
    }

    /// Listens until the broker answered what [`Upstream::ask`] asked, or a CONNECT: the packets that came before,
    /// and whether the connection is still there.
    pub(super) fn hear(&mut self) -> Result<(Vec<Vec<u8>>, bool)> {
        let mut packets = Vec::new();
        let greeting = self.greeting;
        if greeting == Greeting::Unsaid {
            return Ok((packets, true));
        }
        loop {
            while let Some(packet) = next_packet(&mut self.input).context("the broker says what is")? {
                match kind(&packet) {
                    PINGRESP if self.owed.pop_front() == Some(true) => return Ok((packets, true)),
                    CONNACK => {
                        self.greeting = Greeting::Answered;
                        packets.push(packet);
                        if greeting == Greeting::Asked {
                            return Ok((packets, true));
                        }
                    }
                    _ => packets.push(packet),
                }
            }
            if !self.receive()? {
                return Ok((packets, false));
            }
        }
    }

    /// Says a word.
    pub(super) fn publish(&mut self, topic: &str, word: &str) {
        let message = Publish { topic: topic.to_owned(), payload: word.to_owned(), ..Publish::default() };
        self.send(&ClientPacket::Publish(message).to_bytes(Version::V4));
    }

    /// Listens until a word was heard so many times; all packets that came.
    pub(super) fn hear_words(&mut self, topic: &str, word: &str, count: usize) -> Result<Vec<Vec<u8>>> {
        let is_it = |packet: &[u8]| message(packet).is_some_and(|(path, said, _)| path == topic && said == word);
        let (mut packets, mut heard) = (Vec::new(), 0);
        while heard < count {
            while let Some(packet) = next_packet(&mut self.input).context("the broker says what is")? {
                heard += usize::from(is_it(&packet));
                packets.push(packet);
            }
            if heard < count && !self.receive()? {
                bail!("the broker closed the observer's connection");
            }
        }
        Ok(packets)
    }

    /// Waits for bytes; `false`: the connection is gone.
    fn receive(&mut self) -> Result<bool> {
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

    /// Becomes the observer at this broker: greets and subscribes to everything.
    pub(super) fn observe(&mut self, account: Option<(&str, &str)>, place: usize) -> Result<()> {
        let client_id = format!("{OBSERVER}-{place}");
        let connect = ClientPacket::Connect { client_id: &client_id, keep_alive: 600, account, will: None };
        self.send(&connect.to_bytes(Version::V4));
        let (packets, alive) = self.hear()?;
        let answer = packets.first().map(|packet| ServerPacket::read(packet, Version::V4)).transpose()?;
        if !alive || answer != Some(ServerPacket::Connack(0)) {
            bail!("the observer does not get into the broker");
        }
        self.send(&ClientPacket::Subscribe { packet_id: 1, filter: "#" }.to_bytes(Version::V4));
        self.ask();
        self.hear()?;
        Ok(())
    }
}
