//! Custom roles: what the fleet file states of the user's own Rust.

use super::topics::TopicId;

/// A role in the user's own Rust.
#[derive(Clone, Debug)]
pub struct Custom {
    /// The file, from the fleet file's folder: `roles/fan.rs`.
    pub source: String,
    /// The topics that it subscribes to, in the order of the file.
    pub subscribe: Vec<TopicId>,
    /// The topics that it publishes, in the order of the file.
    pub publish: Vec<TopicId>,
    /// The names of its pins.
    pub pins: Vec<String>,
    /// What it uses of crates.io.
    pub crates: Vec<Crate>,
}

/// A crate of crates.io.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crate {
    /// The name of the crate on crates.io.
    pub name: String,
    /// The version, as Cargo wants it.
    pub version: String,
    /// The features of it that the role asks for.
    pub features: Vec<String>,
    /// Whether its own choice of features counts, too.
    pub default_features: bool,
}
