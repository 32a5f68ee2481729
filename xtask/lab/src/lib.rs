//! A layout, running: its nodes as processes or in the emulator, scenarios in virtual time, the smoke run, the proof of
//! rights, the load test.
//!
//! Architecture invariant: this crate prints nothing and knows no command line; it returns what happened.

pub mod emulator;
mod figures;
pub mod handshake;
pub mod identity;
pub mod layout;
pub mod nodes;
mod programs;
mod reference;
pub mod refusals;
pub mod rights;
mod roles;
pub mod scenario;
pub mod selection;
pub mod smoke;
pub mod soak;
pub mod stack;
mod stimulus;
pub mod throwaway;
pub mod tools;
pub mod verify;
