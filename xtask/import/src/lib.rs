//! Reading what other tools read. Knows their files and the fleet language, nothing of what a fleet means: the generator
//! checks what comes out.

pub mod esphome;
mod fleet_text;
mod yaml;
