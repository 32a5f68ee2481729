//! `check`: finds the mistakes in fleet files, writes nothing.

use super::findings;
use crate::outcome::Outcome;
use anyhow::Result;
use fleetwright_generator::diag::{Severity, render};
use project::fleets;

/// How findings are printed, on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one array for all files.
    Json,
}

/// Find the mistakes in fleet files
#[derive(Clone, Debug, clap::Args)]
pub struct Check {
    /// Names in fleets/ or paths; none: all of fleets/
    pub fleets: Vec<String>,
    /// How findings are printed
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

impl Check {
    /// Checks fleets.
    pub fn run(self) -> Result<Outcome> {
        let mut objects = Vec::new();
        let mut errors = 0;
        for path in fleets::find(&self.fleets)? {
            let findings = fleets::check(&path)?.findings;
            let (bad, odd) = (findings.count(Severity::Error), findings.count(Severity::Warning));
            errors += bad;
            match self.format {
                Format::Json => {
                    let array = render::json(&findings.source, &findings.diagnostics);
                    objects.extend(array.as_array().cloned().unwrap_or_default());
                }
                Format::Text => {
                    print!("{}", findings::text(&findings, &std::io::stdout()));
                    println!("{}: {}", findings.source.path, summary(bad, odd));
                }
            }
        }
        if self.format == Format::Json {
            println!("{:#}", serde_json::Value::Array(objects));
        }
        Ok(Outcome::of(errors > 0))
    }
}

fn summary(errors: usize, warnings: usize) -> String {
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    match (errors, warnings) {
        (0, 0) => "no findings".into(),
        (0, _) => plural(warnings, "warning"),
        (_, 0) => plural(errors, "error"),
        _ => format!("{}, {}", plural(errors, "error"), plural(warnings, "warning")),
    }
}
