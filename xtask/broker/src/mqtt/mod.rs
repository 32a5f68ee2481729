//! MQTT control packets as bytes, of versions 3.1.1 and 5: what the tools here send, and what they need to know of what
//! they receive. Knows no socket, no session and no topic of a fleet. `rumqttc` in [`crate::watch`] is a second opinion.

mod decode;
mod encode;
mod packet;

pub use decode::{Malformed, packet_length};
pub use encode::ClientPacket;
pub use packet::{CONNACK, CONNECT, PINGREQ, PINGRESP, PUBACK, PUBLISH, Publish, SUBACK, ServerPacket, Version, kind};

#[cfg(test)]
mod tests;
