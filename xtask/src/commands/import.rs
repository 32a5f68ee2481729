//! `import`: reads what somebody has, writes a fleet, and says what it could not take over and what is dangerous about it.

use super::new;
use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use fleetwright_generator::check;
use fleetwright_generator::diag::{Severity, render};
use fleetwright_generator::source::Source;
use import::esphome;
use project::fleets;
use std::path::PathBuf;

/// What can be read.
#[derive(Subcommand)]
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

/// Imports, and checks the result at once.
pub fn run(from: &From) -> Result<Outcome> {
    let From::Esphome { files, name } = from;
    if let Some(file) = files.iter().find(|file| fleets::is_secret(file)) {
        bail!("{} holds secrets, and describes no device", file.display());
    }
    let read =
        |path: &std::path::Path| std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
    let imported = esphome::import(files, name.as_deref(), &read)?;
    if !imported.notes.is_empty() {
        println!("not taken over, or not as it was:");
        imported.notes.iter().for_each(|note| println!("  {note}"));
    }
    let source = Source::new(format!("fleets/{}.yaml", imported.name), imported.text);
    let findings = match check(&source) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings.0,
    };
    if !findings.is_empty() {
        println!("\nwhat deserves a look before anything is flashed:\n");
        print!("{}", render::text(&source, &findings, false));
    }
    let errors = findings.iter().any(|finding| finding.severity == Severity::Error);
    let written = new::add(&imported.name, source.text)?;
    Ok(if errors { Outcome::Findings } else { written })
}
