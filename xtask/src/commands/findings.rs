//! Fleets as commands take them: generated in memory, their findings printed on standard error.

use anyhow::Result;
use fleetwright_generator::Output;
use fleetwright_generator::diag::render;
use project::fleets::{self, Findings, Generated};
use project::generated;
use std::io::IsTerminal;

/// Generates the fleet that an argument means, as it belongs into generated/, and prints its findings; `None`: it has
/// errors.
pub(super) fn generate(fleet: &str, layout: Option<&str>) -> Result<Option<Output>> {
    Ok(output(fleets::generate(&fleets::find_one(fleet)?, &generated(), layout)?))
}

/// Prints the findings about a fleet, and returns what was generated; `None`: the fleet has errors.
pub(super) fn output(generated: Generated) -> Option<Output> {
    print(&generated.findings);
    generated.output
}

/// Prints findings, in colour where standard error is a terminal.
pub(super) fn print(findings: &Findings) {
    eprint!("{}", text(findings, &std::io::stderr()));
}

/// Findings for people, in colour where they go to a terminal.
pub(super) fn text(findings: &Findings, to: &impl IsTerminal) -> String {
    let color = to.is_terminal() && std::env::var_os("NO_COLOR").is_none();
    render::text(&findings.source, &findings.diagnostics, color)
}
