//! `log`: what a board writes on its serial port.

use crate::outcome::Outcome;
use anyhow::Result;

/// Show what a board writes on its serial port
#[derive(Clone, Debug, clap::Args)]
pub struct Log {
    /// The serial port of the board, as in /dev/ttyUSB0; the only one that there is, if not named
    #[arg(long)]
    pub port: Option<String>,
}

impl Log {
    /// Shows it until the port or the person ends it.
    pub fn run(self) -> Result<Outcome> {
        deploy::serial::copy(&deploy::ports::chosen(self.port)?, &mut std::io::stdout().lock())?;
        Ok(Outcome::Fine)
    }
}
