//! MQTT clients for broker proofs, many in one thread and with many messages in flight: bytes on sockets, so that reason
//! codes, wills and client identifiers can be had as they stand on the wire. A time that runs out is an error, never a
//! verdict. For brokers that are thrown away.

mod connection;
mod pump;
mod single;

pub use crate::mqtt::Version;
pub use connection::{Connect, Probe};
pub use pump::{ended, fence, greeted, pump};
pub use single::{enter, leave};
