//! New credentials for nodes that go on working, and an end to those that must not.
//!
//! Mosquitto knows one password for each user, so a new secret is a second account with the same rights: `esp-light.2` after
//! `esp-light`. Both are valid until the node has published with the new one. What is where is remembered in
//! `fleets/secrets.yaml` alone.

mod evict;
mod newest;
mod revoke;
mod rotate;
mod users;

pub use revoke::revoke;
pub use rotate::{Rotation, rotate};
