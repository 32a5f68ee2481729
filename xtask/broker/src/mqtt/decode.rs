//! Takes received bytes apart into packets, and reads them as far as the tools here need it.

use super::packet::{CONNACK, PINGRESP, PUBACK, PUBLISH, Publish, SUBACK, ServerPacket, Version, kind};

/// Bytes that are no MQTT. It has no details: they would hold payloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no MQTT: a packet is malformed")
    }
}

impl std::error::Error for Malformed {}

/// The length in bytes of the first packet, its header included; `None`: it has not arrived as a whole.
///
/// # Errors
///
/// The length of the packet takes more than four bytes.
pub fn packet_length(bytes: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some(after_first) = bytes.get(1..) else { return Ok(None) };
    let Some((length, body)) = variable_integer(after_first)? else { return Ok(None) };
    let header = bytes.len() - body.len();
    Ok(Some(header + length).filter(|_| body.len() >= length))
}

impl Publish {
    /// Reads a packet as PUBLISH; `None`: it is of another kind, or malformed.
    pub fn read(packet: &[u8], version: Version) -> Option<Self> {
        let first = packet.first().filter(|_| kind(packet) == PUBLISH)?;
        let (topic, mut rest) = text(body(packet)?)?;
        let mut packet_id = None;
        if first & 0b0110 != 0 {
            let (id, after) = rest.split_first_chunk()?;
            (packet_id, rest) = (Some(u16::from_be_bytes(*id)), after);
        }
        if version == Version::V5 {
            let (length, after) = variable_integer(rest).ok()??;
            rest = after.get(length..)?;
        }
        let payload = String::from_utf8_lossy(rest).into_owned();
        Some(Self { topic, payload, retain: first & 1 == 1, packet_id, expiry: None })
    }
}

impl ServerPacket {
    /// Reads a whole packet.
    ///
    /// # Errors
    ///
    /// It is shorter than its kind asks for.
    pub fn read(packet: &[u8], version: Version) -> Result<Self, Malformed> {
        let body = body(packet).ok_or(Malformed)?;
        Ok(match kind(packet) {
            CONNACK => Self::Connack(*body.get(1).ok_or(Malformed)?),
            PUBLISH => Self::Publish(Publish::read(packet, version).ok_or(Malformed)?),
            PUBACK => {
                let (id, rest) = body.split_first_chunk().ok_or(Malformed)?;
                Self::Puback(u16::from_be_bytes(*id), rest.first().copied().unwrap_or(0))
            }
            SUBACK => Self::Suback,
            PINGRESP => Self::Pingresp,
            other => Self::Other(other),
        })
    }
}

/// What follows the header of a whole packet.
fn body(packet: &[u8]) -> Option<&[u8]> {
    let (length, body) = variable_integer(packet.get(1..)?).ok()??;
    (body.len() == length).then_some(body)
}

/// A number in groups of seven bits (MQTT 5, 1.5.5) and the bytes behind it; `None`: its end has not arrived.
fn variable_integer(bytes: &[u8]) -> Result<Option<(usize, &[u8])>, Malformed> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        value |= usize::from(byte & 127) << (7 * index);
        if byte & 128 == 0 {
            return Ok(Some((value, bytes.get(index + 1..).unwrap_or_default())));
        }
    }
    if bytes.len() < 4 { Ok(None) } else { Err(Malformed) }
}

/// A text behind its length in two bytes, and the bytes behind it.
fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((String::from_utf8_lossy(text).into_owned(), rest))
}
