//! TLS 1.3 with ECDHE between a node and its broker: with a pre-shared key, or with the broker's public key. Sans-IO:
//! bytes of a TCP connection in and out on one side, plain bytes on the other. Knows nothing of sockets, clocks or MQTT;
//! [`Connection`] knows a node as something that takes and gives bytes.
//!
//! The library beneath is asynchronous. Its future ([`run`]) lives where the platform has room for it and moves bytes
//! through [`Buffers`]; [`Client`] polls it by hand whenever something changed, so there is no executor. Whatever goes
//! wrong, the future ends, and the connection with it: the node makes a new one.
//!
//! Before the node sends anything, the broker has proved that it has its key: a stranger in its place gets to see a
//! ClientHello and no byte more of what the node sends.
//!
//! Architecture invariant: this crate knows no sockets, no clocks and no MQTT.
#![no_std]
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod buffers;
mod client;
mod connection;
#[cfg_attr(not(target_os = "none"), path = "current_std.rs")]
mod current;
mod guard;
mod handshake;
pub mod key;
mod pin;
mod queue;
mod random;
mod records;
mod run;

pub use buffers::Buffers;
pub use client::Client;
pub use connection::Connection;
pub use pin::PublicKey;
pub use random::Generator;
pub use records::{RECEIVE, SEND};
pub use run::{Ended, Key, run, run_pinned};
