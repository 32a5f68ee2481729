//! `new`: a small fleet to start from. Asks nothing, overwrites nothing.

use crate::cli::Outcome;
use anyhow::Result;
use fleetwright_generator::diag::render;
use fleetwright_generator::source::Source;
use fleetwright_generator::{Artifact, check};
use project::fleets;
use project::sync;

const TEMPLATE: &str = include_str!("../../../templates/new.yaml");

/// The fleet file with this name in it.
pub fn text(name: &str) -> String {
    TEMPLATE.replace("NAME", name)
}

/// Writes fleets/NAME.yaml.
pub fn run(name: &str) -> Result<Outcome> {
    let source = Source::new(format!("fleets/{name}.yaml"), text(name));
    if let Err(findings) = check(&source) {
        // Only the name is new: whatever is wrong is wrong with it.
        eprint!("{}", render::text(&source, findings.0.get(..1).unwrap_or_default(), false));
        return Ok(Outcome::Findings);
    }
    add(name, source.text)
}

/// Writes fleets/NAME.yaml, if nothing has this name, and says so.
pub(crate) fn add(name: &str, text: String) -> Result<Outcome> {
    let file = Artifact { path: format!("{name}.yaml"), text };
    let added = sync::add(&fleets::root().join("fleets"), &[file])?;
    if added.is_empty() {
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
    fn the_new_fleet_has_no_findings() {
        let source = Source::new("fleets/attic.yaml", text("attic"));
        assert_eq!(check(&source).map(|(_, warnings)| warnings), Ok(Vec::new()));
    }

    #[test]
    fn a_name_that_is_none_writes_nothing() {
        for name in ["../attic", "Attic", "", "a b", "/tmp/attic"] {
            assert_eq!(run(name).expect("an answer"), Outcome::Findings, "{name}");
        }
        assert_eq!(run("room").expect("an answer"), Outcome::Findings, "it is there already");
    }
}
