//! `doctor`: says what is there, what is missing, and the command that mends it.

use crate::cli::Outcome;
use crate::sh;
use anyhow::{Result, bail};

/// A program that some command needs.
pub struct Tool {
    /// Its name.
    pub program: &'static str,
    /// Debian's package.
    pub package: &'static str,
    /// What needs it.
    pub purpose: &'static str,
}

/// What is needed beside Rust.
pub const TOOLS: &[Tool] = &[
    Tool { program: "cc", package: "gcc", purpose: "Rust links with it" },
    Tool { program: "mosquitto", package: "mosquitto", purpose: "verify, sim, test: the broker" },
];

/// Whether it is there.
pub fn is_there(tool: &Tool) -> bool {
    sh::which(tool.program).is_some()
}

/// Looks at the machine.
pub fn run() -> Result<Outcome> {
    for tool in TOOLS {
        match sh::which(tool.program) {
            Some(path) => println!("ok       {:<10} {} ({})", tool.program, path.display(), tool.purpose),
            None => println!("missing  {:<10} {}", tool.program, tool.purpose),
        }
    }
    if TOOLS.iter().all(is_there) {
        return Ok(Outcome::Fine);
    }
    bail!("run `{}`", crate::broker::REMEDY)
}
