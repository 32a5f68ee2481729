//! The commands, one file each.

pub mod check;
pub mod doctor;
pub mod r#gen;
pub mod scenarios;
pub mod secrets;
pub mod setup;
pub mod sim;
pub mod soak;
pub mod start;
pub mod test;
pub mod verify;
