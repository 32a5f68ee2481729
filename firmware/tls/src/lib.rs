//! TLS 1.3 with ECDHE between a node and its broker: with a pre-shared key, or with the broker's public key. Sans-IO:
//! bytes of a TCP connection in and out on one side, plain bytes on the other. Knows nothing of sockets, clocks or MQTT;
//! [`Line`] knows a node as somebody who takes and gives bytes.
//!
//! The library beneath is asynchronous. Its future ([`run`]) lives where the platform has room for it and moves bytes
//! through [`Wires`]; [`Client`] polls it by hand whenever something changed, so there is no executor. Whatever goes
//! wrong, the future ends, and the connection with it: the node makes a new one.
//!
//! Before the node says anything, the broker has proved that it has its key: a stranger in its place gets to see a
//! ClientHello and no byte more of what the node says.
#![no_std]
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod guard;
pub mod key;
mod line;
mod phase;
mod pin;
mod queue;
mod random;
mod records;
mod run;
mod wires;

pub use client::Client;
pub use line::Line;
pub use pin::PublicKey;
pub use random::Generator;
pub use run::{Ended, Key, RECEIVE, SEND, run, run_pinned};
pub use wires::Wires;
