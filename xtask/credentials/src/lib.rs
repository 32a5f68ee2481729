//! Secrets of a fleet: the file that its owner keeps, accounts and their epochs, seeds, and password hashes.
//!
//! Architecture invariant: this crate knows no broker and no node; nothing of it prints, and no error holds a secret.

pub mod hex;
pub mod passwords;
pub mod random;
pub mod secrets;
pub mod seed;
