//! TLS 1.3 for everything here that connects to nodes and brokers: the nodes' own client (`firmware/tls`) on sockets of
//! this machine, a way through it for clients that know no TLS, a server for whoever has to sit between a node and its
//! broker, and a broker's certificates. Knows nothing of MQTT.

pub mod certificate;
mod client;
mod endpoint;
mod key_pair;
mod schedule;
pub mod server;
mod tunnel;
pub mod wire;

pub use endpoint::{Endpoint, Tls};
pub use tunnel::Tunnel;
pub use wire::Wire;
