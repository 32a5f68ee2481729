//! Mosquitto on generated files.

mod configuration;
mod process;

pub use configuration::configured_tls;
pub use process::{AUTHORITY, Mosquitto, Start};
