//! `setup`: installs what is missing, with the system's packages (which an ordinary user of Debian gets into a folder of
//! the project's own), with rustup's components, and esptool from PyPI.

use super::doctor::needed;
use crate::outcome::Outcome;
use anyhow::Result;
use project::tools::{self, Tool};

/// Install what is missing
#[derive(Clone, Debug, clap::Args)]
pub struct Setup {}

impl Setup {
    /// Installs what is missing and prints what it does.
    pub fn run(self) -> Result<Outcome> {
        install(needed())?;
        Ok(Outcome::Fine)
    }
}

/// Installs what is missing of these tools and prints what it does.
pub(super) fn install(wanted: impl Iterator<Item = &'static Tool>) -> Result<()> {
    tools::install(&wanted.collect::<Vec<_>>(), &mut |line| println!("{line}"))
}
