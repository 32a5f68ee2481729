//! `schema`: writes the JSON Schema of fleet files, which editors complete and check with, and the page of the language.

use crate::outcome::Outcome;
use anyhow::Result;
use project::schema::{FileStatus, sync};

/// Write the JSON Schema of fleet files, for editors, and the page of the language
#[derive(Clone, Debug, clap::Args)]
pub struct Schema {
    /// Write nothing; fail if something is not as it would be written
    #[arg(long)]
    pub check: bool,
}

impl Schema {
    /// Writes or compares both files.
    pub fn run(self) -> Result<Outcome> {
        let files = sync(self.check)?;
        for (name, state) in files {
            println!(
                "{name}: {}",
                match state {
                    FileStatus::Current => "current",
                    FileStatus::Differs => "not as it would be written; run `cargo xtask schema`",
                    FileStatus::Written => "written",
                }
            );
        }
        Ok(Outcome::of(files.iter().any(|(_, state)| *state == FileStatus::Differs)))
    }
}
