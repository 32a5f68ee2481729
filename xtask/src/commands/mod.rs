//! The commands, one file each; and what several of them need to read arguments and to print.

pub mod accounts;
pub mod apply;
pub mod arguments;
pub mod build;
pub mod check;
pub mod doctor;
mod everything;
pub mod explain;
mod findings;
pub mod flash;
pub mod r#gen;
pub mod import;
pub mod log;
pub mod new;
pub mod pins;
pub mod prove;
pub mod revoke;
pub mod rotate;
pub mod schema;
pub mod sdk;
pub mod secrets;
pub mod setup;
pub mod sim;
pub mod soak;
pub mod start;
pub mod test;
pub mod verify;
