//! The commands, one file each.

pub mod build;
pub mod check;
pub mod doctor;
pub mod r#gen;
pub mod import;
pub mod new;
pub mod schema;
pub mod secrets;
pub mod setup;
pub mod sim;
pub mod start;
pub mod test;
pub mod verify;
