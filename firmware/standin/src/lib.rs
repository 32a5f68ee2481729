//! What a node finds beneath it in the emulator: the functions of Espressif's SDK and of the ROM that it calls, and
//! nothing else. `firmware/chip/symbols.txt` is the list; a node that calls more does not link.
//!
//! Network, pins, Wi-Fi and time come from the host side ([`frames`] says how) over QEMU's semihosting, so the program
//! never spins: where nothing is due it waits in a `read`. Behaves like the SDK where a node could go wrong: one buffer
//! on its way at a time, callbacks one after the other, ended connections that stay known until they are reported.
#![no_std]

pub mod frames;
pub mod timers;

#[cfg(target_os = "none")]
mod channel;
#[cfg(target_os = "none")]
mod heap;
#[cfg(target_os = "none")]
mod machine;
#[cfg(target_os = "none")]
mod memory;
#[cfg(target_os = "none")]
mod network;
#[cfg(target_os = "none")]
mod pins;
#[cfg(target_os = "none")]
mod print;
#[cfg(target_os = "none")]
mod pwm;
#[cfg(target_os = "none")]
mod system;
#[cfg(target_os = "none")]
mod wifi;
