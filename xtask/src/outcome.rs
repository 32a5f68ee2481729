//! How a command ended, and the exit code that says so to scripts.

use std::process::ExitCode;

/// How a command ended, when nothing kept it from doing its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All is well: exit code 0.
    Fine,
    /// Something was found that a person should put right: exit code 1.
    Findings,
}

/// Usage or environment: the command could not do its work. Errors become this.
pub const UNABLE: u8 = 2;

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Findings => Self::from(1),
        }
    }
}
