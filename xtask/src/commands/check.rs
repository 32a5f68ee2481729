//! `check`: finds the mistakes in fleet files, writes nothing.

use crate::cli::Outcome;
use anyhow::Result;
use fleetwright_generator::diag::{Diagnostic, Severity, render};
use project::fleets;
use std::io::IsTerminal;

/// How findings are printed, on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one array for all files.
    Json,
}

/// Checks fleets.
pub fn run(words: &[String], format: Format) -> Result<Outcome> {
    let mut objects = Vec::new();
    let mut errors = 0;
    for path in fleets::find(words)? {
        let (source, findings): (_, Vec<Diagnostic>) = match fleets::read(&path)? {
            Err((source, findings)) => (source, findings.0),
            Ok(source) => match fleetwright_generator::check(&source) {
                Ok((_, warnings)) => (source, warnings),
                Err(findings) => (source, findings.0),
            },
        };
        let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
        let (bad, odd) = (count(Severity::Error), count(Severity::Warning));
        errors += bad;
        match format {
            Format::Json => objects.extend(render::json(&source, &findings).as_array().cloned().unwrap_or_default()),
            Format::Text => {
                let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
                print!("{}", render::text(&source, &findings, color));
                println!("{}: {}", source.path, summary(bad, odd));
            }
        }
    }
    if format == Format::Json {
        println!("{:#}", serde_json::Value::Array(objects));
    }
    Ok(if errors == 0 { Outcome::Fine } else { Outcome::Findings })
}

fn summary(errors: usize, warnings: usize) -> String {
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no findings".into(),
        (0, _) => plural(warnings, "warning"),
        (_, 0) => plural(errors, "error"),
        _ => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}
