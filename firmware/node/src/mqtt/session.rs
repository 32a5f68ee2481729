//! One connection to the broker after the other: CONNECT, keep-alive, back-off. Sans-IO: told what happened and when,
//! it answers what it wants of the socket and which bytes are to be sent. Knows packets, nothing of topics' meaning.

use super::encode::{Connect, Transmit};
use super::reader::{Malformed, Packet, Reader};
use crate::identity::Identity;
use crate::needs::SUBSCRIBES;
use crate::program::Network;
use crate::time::{Duration, Instant};

/// How long the broker may take to answer CONNECT.
const CONNACK_TIMEOUT: Duration = Duration::seconds(10);
/// The first wait after a lost connection, before jitter; it doubles up to [`LONGEST_WAIT`].
const FIRST_WAIT: u32 = 250;
/// The longest wait between two attempts, before jitter, in milliseconds.
const LONGEST_WAIT: u32 = 30_000;
/// A connection that lived this long was a good one: the next wait starts from the beginning.
const GOOD: Duration = Duration::seconds(30);
/// Messages of QoS 1 that can wait for their PUBACK to be written.
const ACKS: usize = 8;

/// What the node wants of its TCP connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Socket {
    /// The node has no network.
    None,
    /// It is to be closed, and opened again at `until`.
    Closed {
        /// When the connection is to be opened.
        until: Instant,
    },
    /// It is to be open.
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SessionState {
    Waiting { until: Instant },
    Connecting { since: Instant },
    Online { since: Instant },
}

/// What a received packet means for the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The broker accepted us: subscribe, and publish what must be published again.
    Online {
        /// Whether the broker still has our session.
        session_present: bool,
    },
    /// The broker refused us with this code (MQTT 3.1.1, table 3.1); the connection is given up.
    Refused(u8),
    /// A message; `None`: too large for the buffer.
    Message(&'a str, Option<&'a [u8]>),
    /// Our QoS 1 message with this packet identifier arrived.
    Acknowledged(u16),
    /// A subscription was refused.
    NotGranted,
    /// Nothing to do.
    Nothing,
}

/// The node's side of the connection.
#[derive(Debug)]
pub struct Session<'m> {
    state: SessionState,
    reader: Reader<'m>,
    /// Bytes to be sent.
    pub transmit: Transmit<'m>,
    attempt: u32,
    random: u32,
    last_packet_id: u16,
    last_sent: Instant,
    last_received: Instant,
    pinged: Option<Instant>,
    acks: [u16; ACKS],
}

impl<'m> Session<'m> {
    /// Not connected yet; `seed` decides the jitter.
    pub fn new(receive: &'m mut [u8], transmit: &'m mut [u8], seed: u32) -> Self {
        Self {
            state: SessionState::Waiting { until: Instant::default() },
            reader: Reader::new(receive),
            transmit: Transmit::new(transmit),
            attempt: 0,
            random: seed | 1,
            last_packet_id: 0,
            last_sent: Instant::default(),
            last_received: Instant::default(),
            pinged: None,
            acks: [0; ACKS],
        }
    }

    /// What is wanted of the socket.
    pub fn socket(&self, now: Instant) -> Socket {
        match self.state {
            SessionState::Waiting { until } if now < until => Socket::Closed { until },
            _ => Socket::Open,
        }
    }

    /// Whether the broker accepted us.
    pub fn online(&self) -> bool {
        matches!(self.state, SessionState::Online { .. })
    }

    /// The TCP connection is there: CONNECT goes out.
    pub fn opened(&mut self, network: &Network, identity: &Identity<'_>, clean_session: bool, now: Instant) {
        self.reader.reset();
        self.transmit.clear();
        self.acks = [0; ACKS];
        self.pinged = None;
        self.last_sent = now;
        self.last_received = now;
        self.state = SessionState::Connecting { since: now };
        let connect = Connect {
            client_id: identity.client_id,
            credentials: identity.credentials,
            will: (identity.status(network), "offline"),
            keep_alive: (network.keep_alive.as_millis() / 1_000) as u16,
            clean_session,
        };
        if self.transmit.connect(&connect).is_err() {
            self.closed(now);
        }
    }

    /// The TCP connection is gone, could not be made, or is given up: the next attempt waits a while.
    pub fn closed(&mut self, now: Instant) {
        match self.state {
            SessionState::Waiting { until } if now < until => return,
            SessionState::Online { since } if now.since(since) >= GOOD => self.attempt = 0,
            _ => {}
        }
        self.transmit.clear();
        let wait = (FIRST_WAIT << self.attempt.min(16)).min(LONGEST_WAIT);
        let jitter = self.next_random() % (wait / 2);
        self.attempt = self.attempt.saturating_add(1);
        self.state = SessionState::Waiting { until: now.after(Duration::millis(u64::from(wait / 2 + jitter))) };
    }

    /// Takes received bytes up to the end of a packet: how many, and what the packet means.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) -> Result<(usize, Event<'_>), Malformed> {
        self.last_received = now;
        let (count, whole) = self.reader.take(bytes)?;
        if !whole {
            return Ok((count, Event::Nothing));
        }
        let event = match (self.state, self.reader.packet()?) {
            (SessionState::Connecting { .. }, Packet::ConnAck { code: 0, session_present }) => {
                self.state = SessionState::Online { since: now };
                Event::Online { session_present }
            }
            (SessionState::Connecting { .. }, Packet::ConnAck { code, .. }) => Event::Refused(code),
            (SessionState::Online { .. }, Packet::Publish { topic, payload, packet_id }) if SUBSCRIBES => {
                if let Some(id) = packet_id {
                    let free = self.acks.iter_mut().find(|ack| **ack == 0).ok_or(Malformed)?;
                    *free = id;
                }
                Event::Message(topic, payload)
            }
            (SessionState::Online { .. }, Packet::PubAck { packet_id }) => Event::Acknowledged(packet_id),
            (SessionState::Online { .. }, Packet::SubAck { granted, .. }) if SUBSCRIBES => {
                if granted {
                    Event::Nothing
                } else {
                    Event::NotGranted
                }
            }
            (SessionState::Online { .. }, Packet::PingResp) => {
                self.pinged = None;
                Event::Nothing
            }
            _ => return Err(Malformed),
        };
        Ok((count, event))
    }

    /// Writes the acknowledgements that are due, as far as they fit.
    pub fn acknowledge(&mut self) {
        if !SUBSCRIBES {
            return;
        }
        for ack in &mut self.acks {
            if *ack != 0 && self.transmit.puback(*ack).is_ok() {
                *ack = 0;
            }
        }
    }

    /// Bytes were handed to the network.
    pub fn sent(&mut self, count: usize, now: Instant) {
        self.transmit.sent(count);
        self.last_sent = now;
    }

    /// Pings and gives up as time demands; when to call again at the latest, and whether it gave up now.
    pub fn poll(&mut self, network: &Network, now: Instant) -> (Option<Instant>, bool) {
        let deadline = match self.state {
            SessionState::Waiting { until } => return ((now < until).then_some(until), false),
            SessionState::Connecting { since } => since.after(CONNACK_TIMEOUT),
            SessionState::Online { .. } => match self.pinged {
                Some(since) => since.after(network.keep_alive),
                None => self.idle_until(network),
            },
        };
        if now < deadline {
            return (Some(deadline), false);
        }
        if self.online() && self.pinged.is_none() {
            if self.transmit.pingreq().is_ok() {
                self.pinged = Some(now);
            }
            return (Some(now.after(network.keep_alive)), false);
        }
        self.closed(now);
        (None, true)
    }

    /// A packet identifier that was not used lately; never 0.
    pub fn packet_id(&mut self) -> u16 {
        self.last_packet_id = self.last_packet_id.checked_add(1).unwrap_or(1);
        self.last_packet_id
    }

    /// When a connection on which nothing was sent, or nothing received, is to be pinged: after 3/4 of the keep-alive.
    fn idle_until(&self, network: &Network) -> Instant {
        let idle = Duration::millis(network.keep_alive.as_millis() / 4 * 3);
        self.last_sent.min(self.last_received).after(idle)
    }

    /// Marsaglia's xorshift: enough to keep a thousand nodes from connecting at the same moment.
    fn next_random(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        self.random
    }
}
