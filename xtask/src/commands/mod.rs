//! The commands, one file each.

pub mod accounts;
pub mod apply;
pub mod build;
pub mod check;
pub mod doctor;
pub mod explain;
pub mod flash;
pub mod r#gen;
pub mod import;
pub mod log;
pub mod new;
pub mod pins;
pub mod prove;
pub mod revoke;
pub mod rotate;
pub mod scenarios;
pub mod schema;
pub mod sdk;
pub mod secrets;
pub mod setup;
pub mod sim;
pub mod soak;
pub mod start;
pub mod test;
pub mod verify;
