//! MQTT clients for broker proofs, many in one thread and with many messages in flight: bytes on sockets, so that reason
//! codes, wills and client identifiers can be had as they stand on the wire. A time that runs out is an error, never a
//! verdict. For brokers that are thrown away.

use crate::tls::{Door, Wire};
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Read, Write};

/// How many seconds the broker may be silent.
const PATIENCE: i64 = 20;

/// MQTT 3.1.1 or 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Refusals are silent.
    V4,
    /// Refusals have reason codes.
    V5,
}

/// Who connects, and with what.
pub struct Guest<'a> {
    /// The client identifier it asks for.
    pub id: &'a str,
    /// User and password; `None`: anonymous. At an encrypted door they are the name and the key of the handshake.
    pub account: Option<(&'a str, &'a str)>,
    /// At an encrypted door: the name and the key of the handshake, if the account says something else.
    pub key: Option<(&'a str, &'a str)>,
    /// Topic and payload of its will.
    pub will: Option<(&'a str, &'a str)>,
}

/// A connection.
pub struct Probe {
    wire: Option<Wire>,
    version: Version,
    input: Vec<u8>,
    output: Vec<u8>,
    /// What the broker said to CONNECT.
    pub greeting: Option<u8>,
    /// Messages of QoS 1 that were sent.
    pub sent: usize,
    /// How many of them there are to be.
    pub goal: usize,
    /// The reasons in their acknowledgements, in the order of sending.
    pub reasons: Vec<u8>,
    /// What was delivered: topic and payload.
    pub heard: Vec<(String, String)>,
    /// Answers to SUBSCRIBE.
    pub granted: usize,
    pongs: usize,
    /// Whether the broker ended it.
    pub closed: bool,
}

impl Probe {
    /// Opens a connection and puts CONNECT into its output. Who does not get through an encrypted door is closed.
    pub fn open(door: Door, version: Version, guest: &Guest<'_>) -> Result<Self> {
        let wire = Wire::open(door, guest.key.or(guest.account))?;
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
            heard: Vec::new(),
            granted: 0,
            pongs: 0,
        };
        let mut body = Vec::new();
        text(&mut body, "MQTT");
        let flags = 2 | if guest.account.is_some() { 0xc0 } else { 0 } | if guest.will.is_some() { 4 } else { 0 };
        body.extend([if version == Version::V5 { 5 } else { 4 }, flags, 0, 0]);
        probe.properties(&mut body);
        text(&mut body, guest.id);
        if let Some((topic, payload)) = guest.will {
            probe.properties(&mut body);
            text(&mut body, topic);
            text(&mut body, payload);
        }
        if let Some((user, password)) = guest.account {
            text(&mut body, user);
            text(&mut body, password);
        }
        probe.packet(0x10, &body);
        Ok(probe)
    }

    fn properties(&self, body: &mut Vec<u8>) {
        if self.version == Version::V5 {
            body.push(0);
        }
    }

    /// Asks for a filter with QoS 0.
    pub fn subscribe(&mut self, filter: &str) {
        let mut body = vec![0, 1];
        self.properties(&mut body);
        text(&mut body, filter);
        body.push(0);
        self.packet(0x82, &body);
    }

    /// Sends a message of QoS 1.
    pub fn publish(&mut self, topic: &str, payload: &str) {
        self.send(0x32, topic, payload);
    }

    /// Has the broker keep a message of QoS 1; an empty one: forget the one that it keeps.
    pub fn retain(&mut self, topic: &str, payload: &str) {
        self.send(0x33, topic, payload);
    }

    fn send(&mut self, kind: u8, topic: &str, payload: &str) {
        let mut body = Vec::with_capacity(topic.len() + payload.len() + 5);
        text(&mut body, topic);
        body.extend(identifier(self.sent));
        self.sent += 1;
        self.properties(&mut body);
        body.extend(payload.as_bytes());
        self.packet(kind, &body);
    }

    /// Sends a retained message of QoS 1 with MQTT 5, which may expire after so many seconds.
    pub fn keep(&mut self, topic: &str, payload: &str, expires: Option<u32>) {
        let mut body = Vec::new();
        text(&mut body, topic);
        body.extend(identifier(self.sent));
        self.sent += 1;
        match expires {
            // Message Expiry Interval (MQTT 5, 3.3.2.3.3).
            Some(seconds) => body.extend([&[5, 2][..], &seconds.to_be_bytes()].concat()),
            None => body.push(0),
        }
        body.extend(payload.as_bytes());
        self.packet(0x33, &body);
    }

    /// Leaves, and has the broker publish the will (MQTT 5).
    pub fn leave_with_will(&mut self) {
        self.packet(0xe0, &[4, 0]);
    }

    /// Leaves without a will.
    pub fn leave(&mut self) {
        self.packet(0xe0, &[]);
    }

    fn packet(&mut self, kind: u8, body: &[u8]) {
        self.output.push(kind);
        let mut left = body.len();
        loop {
            let more = left >= 128;
            self.output.push((left % 128) as u8 | if more { 128 } else { 0 });
            left /= 128;
            if !more {
                break;
            }
        }
        self.output.extend(body);
    }

    fn flush(&mut self) -> Result<()> {
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

    fn read(&mut self) -> Result<()> {
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
        while let Some((kind, body, after)) = split(rest) {
            self.take(kind, body).context("the broker sends what is no MQTT")?;
            rest = after;
        }
        self.input = rest.to_vec();
        Ok(())
    }

    fn take(&mut self, kind: u8, body: &[u8]) -> Option<()> {
        match kind >> 4 {
            2 => self.greeting = Some(*body.get(1)?),
            3 => {
                let (topic, mut rest) = string(body)?;
                if self.version == Version::V5 {
                    let (length, after) = number(rest)?;
                    rest = after.get(length..)?;
                }
                self.heard.push((topic, String::from_utf8_lossy(rest).into_owned()));
            }
            4 => {
                // Mosquitto acknowledges in the order of sending.
                (body.get(..2)? == identifier(self.reasons.len())).then_some(())?;
                self.reasons.push(body.get(2).copied().unwrap_or(0));
            }
            9 => self.granted += 1,
            13 => self.pongs += 1,
            _ => {}
        }
        Some(())
    }
}

fn lost(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe)
}

/// Moves bytes until all are done; `feed` adds what is to be sent next.
pub fn pump(
    probes: &mut [Probe],
    mut feed: impl FnMut(usize, &mut Probe),
    done: impl Fn(&Probe) -> bool,
) -> Result<()> {
    loop {
        for (index, probe) in probes.iter_mut().enumerate() {
            feed(index, probe);
            probe.flush()?;
        }
        if probes.iter().all(&done) {
            return Ok(());
        }
        if probes.iter().any(|probe| probe.closed && !done(probe)) {
            bail!("the broker closed a connection");
        }
        let mut open: Vec<&mut Probe> = probes.iter_mut().filter(|probe| !probe.closed).collect();
        let ready: Vec<bool> = {
            let wanted = |probe: &Probe| match probe.output.is_empty() {
                true => PollFlags::IN,
                false => PollFlags::IN | PollFlags::OUT,
            };
            let mut sockets: Vec<PollFd<'_>> =
                open.iter().filter_map(|probe| Some(PollFd::new(probe.wire.as_ref()?, wanted(probe)))).collect();
            let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
            if poll(&mut sockets, Some(&patience)).context("waiting for the broker")? == 0 {
                bail!("the broker does not answer within {PATIENCE} s");
            }
            sockets.iter().map(|socket| socket.revents().intersects(!PollFlags::OUT)).collect()
        };
        for (probe, ready) in open.iter_mut().zip(ready) {
            if ready {
                probe.read()?;
            }
        }
    }
}

/// Waits until the broker has answered each CONNECT.
pub fn greeted(probes: &mut [Probe]) -> Result<()> {
    pump(probes, |_, _| (), |probe| probe.greeting.is_some() || probe.closed)
}

/// Returns when the broker is done with all that the probes sent, and what it had to deliver is here: Mosquitto is one
/// thread and keeps the order of a connection, so a PINGRESP comes behind all that was there before.
pub fn fence(probes: &mut [Probe]) -> Result<()> {
    // The first round ends what was sent, the second collects what it led to.
    for _ in 0..2 {
        for probe in &mut *probes {
            probe.pongs = 0;
            probe.packet(0xc0, &[]);
        }
        pump(probes, |_, _| (), |probe| probe.pongs == 1)?;
    }
    Ok(())
}

/// Returns when the broker has ended these connections.
pub fn ended(probes: &mut [Probe]) -> Result<()> {
    pump(probes, |_, _| (), |probe| probe.closed)
}

fn identifier(count: usize) -> [u8; 2] {
    ((count % 65_535 + 1) as u16).to_be_bytes()
}

fn text(body: &mut Vec<u8>, text: &str) {
    body.extend((text.len() as u16).to_be_bytes());
    body.extend(text.as_bytes());
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (place, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 127) << (7 * place);
        if byte & 128 == 0 {
            return Some((value, bytes.get(place + 1..)?));
        }
    }
    None
}

fn string(bytes: &[u8]) -> Option<(String, &[u8])> {
    let length = usize::from(u16::from_be_bytes([*bytes.first()?, *bytes.get(1)?]));
    Some((String::from_utf8_lossy(bytes.get(2..2 + length)?).into_owned(), bytes.get(2 + length..)?))
}

/// The first whole packet, and what follows it.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (length, rest) = number(bytes.get(1..)?)?;
    Some((*bytes.first()?, rest.get(..length)?, rest.get(length..)?))
}
