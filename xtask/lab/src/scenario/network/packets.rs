//! MQTT packets as bytes: where one ends, which kind it is, and the message in it.

use anyhow::{Result, bail};
use bytes::BytesMut;
use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::{Error, check};

/// Larger than any packet of a fleet, in bytes.
const LARGEST: usize = 1 << 20;

pub(super) const CONNECT: u8 = 1;
pub(super) const CONNACK: u8 = 2;
pub(super) const PINGREQ: u8 = 12;
pub(super) const PINGRESP: u8 = 13;

/// The packet's type: the upper four bits of its first byte.
pub(super) fn kind(packet: &[u8]) -> u8 {
    packet.first().map_or(0, |first| first >> 4)
}

/// Takes the next whole packet out of what was received; `None`: there is none yet.
///
/// # Errors
///
/// The bytes are no MQTT.
pub(super) fn next_packet(input: &mut BytesMut) -> Result<Option<Vec<u8>>> {
    match check(input.iter(), LARGEST) {
        Ok(header) => Ok(Some(input.split_to(header.frame_length()).to_vec())),
        Err(Error::InsufficientBytes(_)) => Ok(None),
        Err(error) => bail!("no MQTT: {error:?}"),
    }
}

/// Topic, payload and the RETAIN flag of a PUBLISH; `None`: it is another packet.
pub(in crate::scenario) fn message(packet: &[u8]) -> Option<(String, String, bool)> {
    match Packet::read(&mut BytesMut::from(packet), LARGEST) {
        Ok(Packet::Publish(publish)) => {
            let payload = String::from_utf8_lossy(&publish.payload).into_owned();
            Some((publish.topic, payload, publish.retain))
        }
        _ => None,
    }
}
