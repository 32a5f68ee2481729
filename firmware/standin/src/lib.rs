//! What a node finds beneath it in the emulator: the functions of Espressif's SDK and of the ROM that it calls, and
//! nothing else. `firmware/chip/symbols.txt` is the list; a node that calls more does not link.
//!
//! Network, pins, Wi-Fi and time come from the tools in frames (`fleetwright_protocol::frame`) over QEMU's semihosting, so
//! the program never spins: where nothing is due it waits in a `read`. Behaves like the SDK where a node could go wrong:
//! one buffer on its way at a time, callbacks one after the other, ended connections that stay known until they are
//! reported.
//!
//! Architecture invariant: this crate knows neither MQTT nor what the topics of a fleet mean.
#![no_std]

pub mod timers;

#[cfg(target_os = "none")]
mod lx106;
