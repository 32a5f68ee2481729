//! `new`: a small fleet to start from. Asks nothing, overwrites nothing.

use crate::outcome::Outcome;
use anyhow::Result;
use fleetwright_generator::diag::render;
use project::fleets;

/// Write a small fleet to start from
#[derive(Clone, Debug, clap::Args)]
pub struct New {
    /// Its name: fleets/NAME.yaml
    pub name: String,
}

impl New {
    /// Writes fleets/NAME.yaml.
    pub fn run(self) -> Result<Outcome> {
        let checked = fleets::check_source(fleets::draft(&self.name));
        let findings = checked.findings;
        if checked.fleet.is_none() {
            // Only the name is new: whatever is wrong is wrong with it.
            eprint!("{}", render::text(&findings.source, findings.diagnostics.get(..1).unwrap_or_default(), false));
            return Ok(Outcome::Findings);
        }
        add(&self.name, findings.source.text)
    }
}

/// Writes fleets/NAME.yaml, if nothing has this name, and reports it.
pub(super) fn add(name: &str, text: String) -> Result<Outcome> {
    if !fleets::add(name, text)? {
        eprintln!("fleets/{name}.yaml is there already, and stays as it is");
        return Ok(Outcome::Findings);
    }
    println!("fleets/{name}.yaml: written; next: `cargo xtask check {name}`, `cargo xtask gen {name}`");
    Ok(Outcome::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_none_writes_nothing() {
        let run = |name: &str| New { name: name.to_owned() }.run().expect("an answer");
        for name in ["../attic", "Attic", "", "a b", "/tmp/attic"] {
            assert_eq!(run(name), Outcome::Findings, "{name}");
        }
        assert_eq!(run("room"), Outcome::Findings, "it is there already");
    }
}
