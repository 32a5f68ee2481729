//! Packets a node receives, put together from whatever pieces the network brings.
//!
//! A PUBLISH that is larger than the buffer is not an error: its head is kept, so that it can be acknowledged, and
//! the rest is passed over.

use super::packet_type;
use crate::needs::SUBSCRIBES;
use crate::topic::Qos;

/// A packet from the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// The broker's answer to CONNECT.
    ConnAck {
        /// Whether the broker still has our session.
        session_present: bool,
        /// 0: accepted (MQTT 3.1.1, table 3.1).
        code: u8,
    },
    /// PUBLISH: a message of a topic.
    Publish {
        /// The topic name.
        topic: &'a str,
        /// The message; `None`: it was larger than the buffer and passed over.
        payload: Option<&'a [u8]>,
        /// The packet identifier that must be acknowledged; `None`: QoS 0.
        packet_id: Option<u16>,
    },
    /// Our QoS 1 message arrived.
    PubAck {
        /// The packet identifier of that message.
        packet_id: u16,
    },
    /// The answer to a SUBSCRIBE for one topic.
    SubAck {
        /// The packet identifier of the SUBSCRIBE.
        packet_id: u16,
        /// Whether the broker granted the subscription.
        granted: bool,
    },
    /// The answer to PINGREQ.
    PingResp,
}

/// Bytes that are no packet a broker may send us; the connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

/// Puts packets together.
#[derive(Debug)]
pub struct Reader<'m> {
    buffer: &'m mut [u8],
    used: usize,
    state: ReadState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ReadState {
    /// The next byte is a packet's first.
    First,
    /// In the remaining length; `shift` is 0, 7, 14 or 21.
    Length { first: u8, length: u32, shift: u8 },
    /// `missing` bytes of the body are still to come.
    Body { first: u8, length: u32, missing: u32 },
    /// A whole packet lies in the buffer.
    Done { first: u8, length: u32 },
}

impl<'m> Reader<'m> {
    /// Nothing was received yet.
    pub fn new(buffer: &'m mut [u8]) -> Self {
        Self { buffer, used: 0, state: ReadState::First }
    }

    /// Forgets what was received: a new connection starts.
    pub fn reset(&mut self) {
        self.used = 0;
        self.state = ReadState::First;
    }

    /// Takes bytes until a packet is whole: how many it took, and whether [`Reader::packet`] has one now.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(usize, bool), Malformed> {
        if let ReadState::Done { .. } = self.state {
            self.reset();
        }
        let mut rest = bytes;
        while let Some((&byte, later)) = rest.split_first() {
            match self.state {
                ReadState::First if !may_start(byte) => return Err(Malformed),
                ReadState::First => {
                    self.state = ReadState::Length { first: byte, length: 0, shift: 0 };
                    rest = later;
                }
                ReadState::Length { first, length, shift } => {
                    let length = length | (u32::from(byte & 0x7f) << shift);
                    rest = later;
                    self.state = match (byte & 0x80 != 0, shift) {
                        (true, 21) => return Err(Malformed),
                        (true, _) => ReadState::Length { first, length, shift: shift + 7 },
                        (false, _) if length == 0 => ReadState::Done { first, length },
                        (false, _) => ReadState::Body { first, length, missing: length },
                    };
                }
                ReadState::Body { first, length, missing } => {
                    let count = rest.len().min(missing as usize);
                    let (now, later) = rest.split_at_checked(count).unwrap_or((rest, &[]));
                    self.keep(now);
                    rest = later;
                    let missing = missing - count as u32;
                    self.state = if missing == 0 {
                        ReadState::Done { first, length }
                    } else {
                        ReadState::Body { first, length, missing }
                    };
                }
                ReadState::Done { .. } => {}
            }
            if let ReadState::Done { .. } = self.state {
                return Ok((bytes.len() - rest.len(), true));
            }
        }
        Ok((bytes.len(), false))
    }

    /// The packet that is whole, if [`Reader::take`] found one.
    pub fn packet(&self) -> Result<Packet<'_>, Malformed> {
        let ReadState::Done { first, length } = self.state else { return Err(Malformed) };
        let whole = length as usize <= self.buffer.len();
        let body = self.buffer.get(..self.used).ok_or(Malformed)?;
        match (first, body) {
            (packet_type::CONNACK, &[flags @ (0 | 1), code]) => {
                Ok(Packet::ConnAck { session_present: flags == 1, code })
            }
            (packet_type::PUBACK, &[high, low]) => Ok(Packet::PubAck { packet_id: id(high, low)? }),
            (packet_type::SUBACK, &[high, low, code @ (0 | 1 | 0x80)]) => {
                Ok(Packet::SubAck { packet_id: id(high, low)?, granted: code != 0x80 })
            }
            (packet_type::PINGRESP, &[]) => Ok(Packet::PingResp),
            (0x30..=0x3f, _) if SUBSCRIBES => publish(first, body, whole),
            _ => Err(Malformed),
        }
    }

    fn keep(&mut self, bytes: &[u8]) {
        let free = self.buffer.get_mut(self.used..).unwrap_or_default();
        let count = bytes.len().min(free.len());
        if let (Some(to), Some(from)) = (free.get_mut(..count), bytes.get(..count)) {
            to.copy_from_slice(from);
            self.used += count;
        }
    }
}

/// Whether a broker may send a packet that starts so: told from the first byte on, since the length that garbage seems
/// to announce may never come.
fn may_start(first: u8) -> bool {
    matches!(first, packet_type::CONNACK | packet_type::PUBACK | packet_type::SUBACK | packet_type::PINGRESP | 0x30..=0x33 | 0x38..=0x3b)
}

fn id(high: u8, low: u8) -> Result<u16, Malformed> {
    match u16::from_be_bytes([high, low]) {
        0 => Err(Malformed),
        id => Ok(id),
    }
}

fn publish(first: u8, body: &[u8], whole: bool) -> Result<Packet<'_>, Malformed> {
    let qos = match first & 0x06 {
        0x00 => Qos::AtMostOnce,
        0x02 => Qos::AtLeastOnce,
        _ => return Err(Malformed),
    };
    let (length, rest) = body.split_first_chunk::<2>().ok_or(Malformed)?;
    let (topic, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(Malformed)?;
    let topic = core::str::from_utf8(topic).map_err(|_| Malformed)?;
    if topic.is_empty() || topic.contains(['+', '#', '\0']) {
        return Err(Malformed);
    }
    let (packet_id, payload) = match qos {
        Qos::AtMostOnce => (None, rest),
        Qos::AtLeastOnce => {
            let (&[high, low], payload) = rest.split_first_chunk::<2>().ok_or(Malformed)?;
            (Some(id(high, low)?), payload)
        }
    };
    Ok(Packet::Publish { topic, payload: whole.then_some(payload), packet_id })
}
