//! Reading what other tools read. Knows their files and the fleet language, nothing of what a fleet means: the generator
//! checks what comes out.
//!
//! Architecture invariant: this crate knows files of other tools and the fleet language, and not what a fleet means.

pub mod esphome;
pub mod files;
mod fleet_text;
mod yaml;
