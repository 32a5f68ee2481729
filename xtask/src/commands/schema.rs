//! `schema`: writes the JSON Schema of fleet files, which editors complete and check with, and the page of the language.

use crate::cli::Outcome;
use anyhow::Result;
use fleetwright_generator::spec::schema;
use project::fleets;
use project::sync;

/// Writes both files, or with `check` says which of them is not as it would be written.
pub fn run(check: bool) -> Result<Outcome> {
    let schema = schema::schema();
    let files =
        [("schema/fleet.schema.json", format!("{schema:#}\n")), ("docs/language.md", schema::reference(&schema))];
    let mut outcome = Outcome::Fine;
    for (name, text) in files {
        let path = fleets::root().join(name);
        if std::fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
            println!("{name}: current");
        } else if check {
            println!("{name}: not as it would be written; run `cargo xtask schema`");
            outcome = Outcome::Findings;
        } else {
            sync::write(&path, &text, 0o644)?;
            println!("{name}: written");
        }
    }
    Ok(outcome)
}
