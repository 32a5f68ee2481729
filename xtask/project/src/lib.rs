//! The project on disk: its root, its fleet files, the manifest, the writing of generated files, and running programs.
//!
//! Architecture invariant: this crate is the only writer of generated files, and it knows no broker and no node.

pub mod fleets;
pub mod manifest;
pub mod private;
pub mod sh;
pub mod sync;
pub mod target;
