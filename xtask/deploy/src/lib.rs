//! Puts generated files under a broker, and a running one onto them.
//!
//! Mosquitto 2.0 fails open: one bad line in the rules that SIGHUP makes it read, or a file that it can't read, and every
//! client that is logged in may read and write everything (mosquitto issues 3350, 588). So nothing is reloaded that was not
//! tried: a broker of our own, run by the same user, has to start on exactly these files and to refuse there what nobody
//! may do. Then the files change places in one step each, and the running broker is asked the same. If it does not refuse,
//! it is stopped.
//!
//! The one who asks is the sentinel, an account without any right. Its password follows from the other lines, so
//! that a broker which lets it in has read these files and no others.
//!
//! Architecture invariant: this crate knows no running node and no scenario, and nothing of it prints: whoever calls is
//! told of each step.

pub mod board;
pub mod cluster;
mod deployment;
mod esptool_fault;
pub mod files;
pub mod firmware;
pub mod flash;
pub mod images;
mod install;
mod live;
pub mod ports;
mod proof;
pub mod provision;
pub mod renewal;
mod restart;
mod sentinel;
pub mod serial;
mod staging;
mod target;

pub use deployment::{Deployment, Destination};
pub use files::{Changes, Files, TemporaryAccount};
pub use install::{Report, install};
pub use sentinel::{Access, Login, ask};
pub use target::{Target, folder};
