//! `check`: finds the mistakes of fleet files, writes nothing.

use crate::fleets;
use crate::outcome::Outcome;
use crate::terminal::say;
use anyhow::Result;
use clap::{Args, ValueEnum};
use fleetwright_generator::diag::render;

/// Find the mistakes of fleet files: all of them in one run, each with its place and the way out.
#[derive(Debug, Args)]
pub struct Check {
    /// Names in fleets/, or paths of files [default: all of fleets/]
    fleets: Vec<String>,
    /// How findings are shown
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person
    Text,
    /// For a program: an array of objects with file, line, column, code, severity and message
    Json,
}

impl Check {
    /// Runs the command.
    pub fn run(&self) -> Result<Outcome> {
        let mut all = Vec::new();
        let mut objects = Vec::new();
        let files = fleets::files(&self.fleets)?;
        for path in &files {
            let (source, findings) = match fleets::read(path)? {
                Err(unreadable) => unreadable,
                Ok(source) => {
                    let findings = match fleetwright_generator::check(&source) {
                        Ok((_, warnings)) => warnings,
                        Err(findings) => findings.0,
                    };
                    (source, findings)
                }
            };
            match self.format {
                Format::Text => drop(fleets::show(&source, &findings)),
                Format::Json => objects.extend(render::json(&source, &findings).as_array().cloned().unwrap_or_default()),
            }
            all.extend(findings);
        }
        match self.format {
            Format::Text => fleets::sum_up(&all, files.len()),
            Format::Json => say(format_args!("{:#}", serde_json::Value::Array(objects))),
        }
        Ok(fleets::outcome(&all))
    }
}
