//! A layout, running: its nodes as processes or in the emulator, scenarios in virtual time, the smoke run, the proof of
//! rights, the load test.
//!
//! Architecture invariant: this crate prints nothing and knows no command line; it returns what happened.

pub mod emulator;
pub mod handshake;
pub mod nodes;
pub mod reference;
pub mod rights;
pub mod scenario;
pub mod selection;
pub mod smoke;
pub mod soak;
pub mod stage;
pub mod strangers;
pub mod tools;
pub mod verify;
