//! Mosquitto on generated files.

mod configuration;
mod process;

pub use configuration::spoken;
pub use process::{AUTHORITY, Mosquitto, Start};
