//! What a node, its emulator and the tools send each other, as types with one reader and one writer each:
//!
//! - [`Command`] and [`Report`]: the line protocol of a node, text in both directions (module [`line`](mod@line));
//! - [`ToNode`] and [`FromNode`]: the frames of a node in the emulator, bytes in both directions (module [`frame`]);
//! - [`load`]: what the program of a load test reports, as lines of text.
//!
//! A malformed line or frame is an error that carries it and says what was expected; nothing has a default.
//!
//! Architecture invariant: this crate stands on `core` and on `fleetwright-devices`, and allocates nothing. It knows no
//! sockets, no processes and no meaning of a fleet. The stand-in compiles it for the chip's CPU, where only [`frame`] is
//! linked: no frame is written or read with `core::fmt`.
#![no_std]

#[cfg(test)]
extern crate std;

mod decimal;
pub mod frame;
pub mod line;
pub mod load;
mod usage;

pub use decimal::decimal;
pub use frame::{FromNode, Header, MalformedFrame, ToNode, TooLong};
pub use line::{Arrived, Bme280, Command, Idle, Input, MalformedLine, Report};
pub use usage::Usage;

/// The highest GPIO of an ESP8266.
pub const HIGHEST_GPIO: u8 = 16;
/// The highest reading of A0.
pub const HIGHEST_READING: u16 = 1023;
/// All of the time, in thousandths.
pub const ALL_OF_THE_TIME: u16 = 1000;
/// What a node logs when the broker has accepted it.
pub const CONNECTED: &[u8] = b"connected";
/// The password of every Wi-Fi network around an emulated node.
pub const WIFI_PASSWORD: &str = "in the emulator";
