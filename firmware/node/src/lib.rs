//! A node of a fleet, without input and output of its own: bytes and time in, bytes and pin changes out.
//!
//! The same code runs under unit tests with a made-up clock, as a process of a PC and on the chip, because a
//! platform hands it everything it needs: the time with every call, the pins through [`Board`], and the bytes of
//! one TCP connection through [`Node::received`] and [`Node::outgoing`].
//!
//! No allocation, no panicking index, no unsafe code, no floating point formatting.
//!
//! Architecture invariant: this crate allocates nothing, indexes nothing without a check, and knows no platform.
#![no_std]
#![deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod board;
#[cfg(feature = "custom")]
pub mod custom;
mod dimming;
mod hash;
mod identity;
mod memory;
pub mod mqtt;
mod names;
mod needs;
mod node;
mod outbox;
mod pin;
#[cfg(feature = "custom")]
mod pin_functions;
mod program;
mod restart;
pub mod roles;
mod time;
mod topic;
mod value;
mod values;
mod wire;

pub use board::Board;
pub use dimming::is_dimming;
#[cfg(feature = "custom")]
pub use embedded_hal;
pub use hash::fnv1a;
pub use identity::Identity;
pub use memory::{Memory, OUTBOX};
pub use mqtt::session::Socket;
pub use names::Names;
pub use needs::LOCAL;
pub use node::Node;
pub use outbox::{OUTBOX_FULL, OutboxEntry};
pub use pin::{Gpio, Level, Mode, Pull};
#[cfg(feature = "custom")]
pub use pin_functions::PinFunctions;
pub use program::{Network, Program, Role};
pub use restart::Restart;
pub use roles::RoleState;
pub use time::{Duration, Instant};
pub use topic::{Qos, Route, Topic, TopicId};
pub use value::{Latest, Payload, Value};
pub use values::{LONGEST_TEXT, Label, Slot, Values};
