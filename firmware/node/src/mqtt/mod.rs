//! MQTT 3.1.1, as far as a node speaks it: QoS 0 and 1. Knows bytes and packets, nothing of roles or pins.

pub mod encode;
pub mod reader;
pub mod session;

/// The fixed header's first byte of the packets a node sends or expects (MQTT 3.1.1, section 2.2).
pub(crate) mod kind {
    pub(crate) const CONNECT: u8 = 0x10;
    pub(crate) const CONNACK: u8 = 0x20;
    pub(crate) const PUBLISH: u8 = 0x30;
    pub(crate) const PUBACK: u8 = 0x40;
    pub(crate) const SUBSCRIBE: u8 = 0x82;
    pub(crate) const SUBACK: u8 = 0x90;
    pub(crate) const PINGREQ: u8 = 0xc0;
    pub(crate) const PINGRESP: u8 = 0xd0;
}
