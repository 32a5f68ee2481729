//! The commands of Fleetwright: one module each, and what they share. Knows disk, processes, network and terminal;
//! rules of the domain live in the generator.

pub mod broker;
pub mod chip;
pub mod cli;
pub mod commands;
pub mod deploy;
pub mod emulator;
pub mod fleets;
pub mod handshake;
pub mod images;
pub mod import;
pub mod manifest;
pub mod mosquitto;
pub mod nodes;
pub mod passwords;
pub mod probe;
pub mod reference;
pub mod renewal;
pub mod rights;
pub mod scenario;
pub mod secrets;
pub mod seed;
pub mod sh;
pub mod smoke;
pub mod soak;
pub mod stage;
pub mod strangers;
pub mod sync;
pub mod tls;
pub mod watch;

pub use cli::main;
