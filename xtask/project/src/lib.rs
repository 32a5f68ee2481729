//! The project on disk: its root, its fleet files, the manifest, the writing of generated files, running programs and
//! finding or installing them.
//!
//! Architecture invariant: this crate is the only writer of generated files, it prints nothing, and it knows no broker
//! and no node.

pub mod command;
pub mod explanation;
pub mod fleets;
pub mod manifest;
pub mod private;
mod root;
pub mod schema;
pub mod sync;
pub mod target;
pub mod tools;

pub use root::{generated, root, unpacked_files};
