//! The command line: arguments, one call of a library, and what it returned in print. Only this crate prints.
//!
//! Architecture invariant: no rule of the domain and no way of doing things lives here; a command is its arguments and
//! one call of a crate below `xtask/`.

pub mod cli;
pub mod commands;
pub mod outcome;

pub use cli::main;
