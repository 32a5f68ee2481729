//! Brokers with generated files, as child processes on the loopback that stop when their handle goes: one Mosquitto, or a
//! cluster of ejabberd. MQTT clients that prove what a broker does, TLS on this machine's sockets, and Mosquitto's access
//! rules as a file.
//!
//! Architecture invariant: this crate knows no node, no scenario and no command, and nothing of it prints.

pub mod accounts;
pub mod acl;
mod ejabberd;
pub mod installed;
mod mosquitto;
pub mod mqtt;
mod owner;
pub mod probe;
mod running;
mod spread;
mod test_users;
pub mod tls;
pub mod tools;
pub mod watch;

pub use ejabberd::libraries;
pub use installed::REMEDY;
pub use mosquitto::{AUTHORITY, Mosquitto, Start, configured_tls};
pub use owner::Owner;
pub use running::Broker;
pub use spread::spread;
pub use test_users::{OBSERVER, SPEAKER};
