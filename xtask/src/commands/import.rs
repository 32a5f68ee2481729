//! `import`: reads what somebody has, writes a fleet, and reports what it could not take over and what is dangerous
//! about it.

use super::new;
use crate::outcome::Outcome;
use anyhow::{Result, bail};
use clap::Subcommand;
use fleetwright_generator::diag::render;
use fleetwright_generator::text::Source;
use import::esphome;
use import::files::Disk;
use project::fleets;
use std::path::PathBuf;

/// Turn what another tool reads into a fleet
#[derive(Clone, Debug, clap::Args)]
pub struct Import {
    /// What can be read.
    #[command(subcommand)]
    pub from: From,
}

/// What can be read.
#[derive(Clone, Debug, Subcommand)]
pub enum From {
    /// ESPHome's YAML for ESP8266 boards; each file becomes a node
    Esphome {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The fleet's name; left out, that of the first file's device
        #[arg(long)]
        name: Option<String>,
    },
}

impl Import {
    /// Imports, and checks the result at once.
    pub fn run(self) -> Result<Outcome> {
        let From::Esphome { files, name } = self.from;
        if let Some(file) = files.iter().find(|file| fleets::is_secret(file)) {
            bail!("{} holds secrets, and describes no device", file.display());
        }
        let imported = esphome::import(&files, name.as_deref(), &Disk)?;
        print!("{}", esphome::by_kind(&imported.notes));
        let checked = fleets::check_source(Source::new(format!("fleets/{}.yaml", imported.name), imported.text));
        let findings = checked.findings;
        if !findings.diagnostics.is_empty() {
            println!("\nwhat deserves a look before anything is flashed:\n");
            print!("{}", render::text(&findings.source, &findings.diagnostics, false));
        }
        print!("\n{}", esphome::summary(&imported.counts, &imported.notes));
        let written = new::add(&imported.name, findings.source.text)?;
        Ok(if checked.fleet.is_none() { Outcome::Findings } else { written })
    }
}
