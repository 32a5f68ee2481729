//! `import`: reads what somebody has, writes a fleet, and reports what it could not take over and what is dangerous
//! about it.

use super::new;
use crate::outcome::Outcome;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use fleetwright_generator::diag::render;
use fleetwright_generator::text::Source;
use import::esphome;
use project::fleets;
use std::path::{Path, PathBuf};

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
        let read = |path: &Path| std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
        let imported = esphome::import(&files, name.as_deref(), &read)?;
        if !imported.notes.is_empty() {
            println!("not taken over, or not as it was:");
            imported.notes.iter().for_each(|note| println!("  {note}"));
        }
        let checked = fleets::check_source(Source::new(format!("fleets/{}.yaml", imported.name), imported.text));
        let findings = checked.findings;
        if !findings.diagnostics.is_empty() {
            println!("\nwhat deserves a look before anything is flashed:\n");
            print!("{}", render::text(&findings.source, &findings.diagnostics, false));
        }
        let written = new::add(&imported.name, findings.source.text)?;
        Ok(if checked.fleet.is_none() { Outcome::Findings } else { written })
    }
}
