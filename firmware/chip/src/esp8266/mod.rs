//! A node on the ESP8266: all that calls Espressif's SDK or touches a register. Exists for the chip alone, and decides
//! nothing that the modules beside it could decide.

mod board;
mod callbacks;
#[cfg(feature = "custom")]
mod custom;
#[cfg(feature = "dims")]
mod dimmers;
mod failure;
mod flash_map;
mod gpio;
#[cfg(feature = "keeps")]
mod kept;
mod libc;
#[cfg(feature = "mdns")]
mod multicast;
mod network;
mod platform;
mod sdk;
mod serial;
#[cfg(feature = "tls")]
mod stack;
mod start;
mod task;
#[cfg_attr(feature = "tls", path = "secured.rs")]
mod transport;
mod wifi;

pub use start::start;
