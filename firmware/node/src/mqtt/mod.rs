//! MQTT 3.1.1, as far as a node supports it: QoS 0 and 1. Knows bytes and packets, nothing of roles or pins.

pub mod encode;
mod packet_type;
pub mod reader;
pub mod session;
