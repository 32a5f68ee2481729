//! The packets and their kinds. How they are written and read is in the files beside this one.

/// The kinds of control packets, as the upper half of their first byte has them (MQTT 3.1.1, 2.2.1).
pub const CONNECT: u8 = 1;
/// The broker's answer to CONNECT.
pub const CONNACK: u8 = 2;
/// A message, in either direction.
pub const PUBLISH: u8 = 3;
/// The acknowledgement of a message with QoS 1.
pub const PUBACK: u8 = 4;
pub(super) const SUBSCRIBE: u8 = 8;
/// The broker's answer to SUBSCRIBE.
pub const SUBACK: u8 = 9;
/// The client asks whether the broker is there.
pub const PINGREQ: u8 = 12;
/// The broker's answer to PINGREQ.
pub const PINGRESP: u8 = 13;
pub(super) const DISCONNECT: u8 = 14;

/// The kind of a packet; 0, which is reserved, of an empty one.
pub fn kind(packet: &[u8]) -> u8 {
    packet.first().map_or(0, |first| first >> 4)
}

/// A version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// MQTT 3.1.1, whose protocol level is 4: refusals are not reported.
    V4,
    /// MQTT 5: refusals have reason codes.
    V5,
}

/// A message as PUBLISH carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Publish {
    /// The topic name.
    pub topic: String,
    /// The payload; bytes that are no UTF-8 are replaced when it is read.
    pub payload: String,
    /// Whether the broker is to keep it, or had kept it.
    pub retain: bool,
    /// The packet identifier of a message with QoS 1; `None`: QoS 0.
    pub packet_id: Option<u16>,
    /// Seconds after which the broker drops it (MQTT 5 alone). Not read.
    pub expiry: Option<u32>,
}

/// What a broker sends, as far as it is looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServerPacket {
    /// CONNACK with its return or reason code; 0 is success.
    Connack(u8),
    /// PUBLISH.
    Publish(Publish),
    /// PUBACK with its packet identifier and reason code; 0 where it has none.
    Puback(u16, u8),
    /// SUBACK.
    Suback,
    /// PINGRESP.
    Pingresp,
    /// A packet of another kind.
    Other(u8),
}
