//! A node as a program for the ESP8266's CPU: compiled once, linked for the emulator or for the chip, with an identity
//! patched into it. [`Toolchain::ready`] finds the programs that build, [`Toolchain::build`] builds.
//!
//! Architecture invariant: this crate knows compilers, linkers and files; nothing of fleets, brokers and secrets (an
//! identity comes as an argument), and nothing of it prints.

mod additions;
mod archive;
mod binutils;
mod build;
mod compile;
pub mod compiler;
mod curl;
pub mod download;
mod identity_patch;
pub mod image;
mod inputs;
mod link;
mod mend;
mod placement;
mod program;
pub mod sdk;
pub mod sizes;
mod symbols;
mod target;
mod tighten;
#[cfg(test)]
mod tiny_elf;
mod toolchain;
pub mod tools;

pub use build::{Built, map};
pub use identity_patch::patch;
pub use sdk::Sdk;
pub use sizes::Sizes;
pub use toolchain::{LinkTarget, Toolchain, tools};
