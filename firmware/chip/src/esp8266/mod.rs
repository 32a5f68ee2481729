//! A node on the ESP8266: all that calls Espressif's SDK or touches a register. Exists for the chip alone, and decides
//! nothing that the modules beside it could decide.

mod board;
#[cfg(feature = "custom")]
mod custom;
#[cfg(feature = "dims")]
mod dimmers;
mod failure;
mod gpio;
mod libc;
mod network;
mod run;
mod sdk;
mod serial;
#[cfg(feature = "tls")]
mod stack;
#[cfg_attr(feature = "tls", path = "secured.rs")]
mod transport;
mod wifi;

pub use run::start;
