//! Writes packets of a client.

use super::packet::{CONNECT, DISCONNECT, PINGREQ, PUBLISH, Publish, SUBSCRIBE, Version};

/// What a client sends.
pub enum ClientPacket<'a> {
    /// CONNECT, with a session that ends with the connection.
    Connect {
        /// The client identifier.
        client_id: &'a str,
        /// Seconds without a packet after which the broker ends the connection; 0: never.
        keep_alive: u16,
        /// User name and password.
        account: Option<(&'a str, &'a str)>,
        /// Topic and payload of the will, a message with QoS 0.
        will: Option<(&'a str, &'a str)>,
    },
    /// PUBLISH.
    Publish(Publish),
    /// SUBSCRIBE to one filter with QoS 0.
    Subscribe {
        /// The packet identifier.
        packet_id: u16,
        /// The topic filter.
        filter: &'a str,
    },
    /// PINGREQ.
    Pingreq,
    /// DISCONNECT.
    Disconnect {
        /// Whether the broker is to publish the will (MQTT 5 alone).
        with_will: bool,
    },
}

impl ClientPacket<'_> {
    /// The packet's bytes.
    pub fn to_bytes(&self, version: Version) -> Vec<u8> {
        let mut body = Vec::new();
        let first = match self {
            Self::Connect { client_id, keep_alive, account, will } => {
                connect(&mut body, version, client_id, *keep_alive, *account, *will);
                CONNECT << 4
            }
            Self::Publish(message) => {
                publish(&mut body, version, message);
                PUBLISH << 4 | u8::from(message.packet_id.is_some()) << 1 | u8::from(message.retain)
            }
            Self::Subscribe { packet_id, filter } => {
                body.extend(packet_id.to_be_bytes());
                no_properties(&mut body, version);
                text(&mut body, filter);
                body.push(0);
                SUBSCRIBE << 4 | 2
            }
            Self::Pingreq => PINGREQ << 4,
            Self::Disconnect { with_will } => {
                if *with_will {
                    // Reason "Disconnect with Will Message", and no properties (MQTT 5, 3.14.2.1).
                    body.extend([4, 0]);
                }
                DISCONNECT << 4
            }
        };
        let mut packet = vec![first];
        remaining_length(&mut packet, body.len());
        packet.extend(body);
        packet
    }
}

fn connect(
    body: &mut Vec<u8>,
    version: Version,
    client_id: &str,
    keep_alive: u16,
    account: Option<(&str, &str)>,
    will: Option<(&str, &str)>,
) {
    const CLEAN_SESSION: u8 = 0x02;
    const WILL: u8 = 0x04;
    const USER_NAME_AND_PASSWORD: u8 = 0xc0;
    text(body, "MQTT");
    let level = match version {
        Version::V4 => 4,
        Version::V5 => 5,
    };
    let account_flags = if account.is_some() { USER_NAME_AND_PASSWORD } else { 0 };
    let will_flag = if will.is_some() { WILL } else { 0 };
    body.extend([level, CLEAN_SESSION | account_flags | will_flag]);
    body.extend(keep_alive.to_be_bytes());
    no_properties(body, version);
    text(body, client_id);
    if let Some((topic, payload)) = will {
        no_properties(body, version);
        text(body, topic);
        text(body, payload);
    }
    if let Some((user, password)) = account {
        text(body, user);
        text(body, password);
    }
}

fn publish(body: &mut Vec<u8>, version: Version, message: &Publish) {
    text(body, &message.topic);
    if let Some(packet_id) = message.packet_id {
        body.extend(packet_id.to_be_bytes());
    }
    match message.expiry.filter(|_| version == Version::V5) {
        Some(seconds) => {
            // Message Expiry Interval (MQTT 5, 3.3.2.3.3) is the one property, of five bytes.
            body.extend([5, 2]);
            body.extend(seconds.to_be_bytes());
        }
        None => no_properties(body, version),
    }
    body.extend(message.payload.as_bytes());
}

/// Packets of MQTT 5 have properties, here mostly none.
fn no_properties(body: &mut Vec<u8>, version: Version) {
    if version == Version::V5 {
        body.push(0);
    }
}

/// A text behind its length in two bytes.
fn text(body: &mut Vec<u8>, text: &str) {
    body.extend((text.len() as u16).to_be_bytes());
    body.extend(text.as_bytes());
}

/// A length in groups of seven bits, the lowest first (MQTT 3.1.1, 2.2.3).
fn remaining_length(packet: &mut Vec<u8>, mut length: usize) {
    while length >= 128 {
        packet.push((length % 128) as u8 | 128);
        length /= 128;
    }
    packet.push(length as u8);
}
