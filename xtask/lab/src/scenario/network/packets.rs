//! Packets of the broker's codec, as the proxy moves them: where one ends, and the message in it.

use anyhow::Result;
use broker::mqtt::{Publish, Version, packet_length};
use bytes::BytesMut;

pub(super) use broker::mqtt::{CONNACK, CONNECT, PINGREQ, PINGRESP, kind};

/// Takes the next whole packet out of what was received; `None`: there is none yet.
///
/// # Errors
///
/// The bytes are no MQTT.
pub(super) fn next_packet(input: &mut BytesMut) -> Result<Option<Vec<u8>>> {
    Ok(packet_length(input)?.map(|length| input.split_to(length).to_vec()))
}

/// Topic, payload and the RETAIN flag of a PUBLISH; `None`: it is another packet.
pub(in crate::scenario) fn message(packet: &[u8]) -> Option<(String, String, bool)> {
    let Publish { topic, payload, retain, .. } = Publish::read(packet, Version::V4)?;
    Some((topic, payload, retain))
}
