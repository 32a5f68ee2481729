//! The JSON Schema of fleet files, which editors complete and check with, and the page of the language.

use crate::{root, sync};
use anyhow::Result;
use fleetwright_generator::schema;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileStatus {
    /// It is as it should be.
    Current,
    /// It is not as it would be written, and was not written.
    Differs,
    /// It was written.
    Written,
}

/// Writes both files, or with `check` compares them; returns their names and what became of each.
///
/// # Errors
///
/// A file can't be written.
pub fn sync(check: bool) -> Result<[(&'static str, FileStatus); 2]> {
    let schema = schema::schema();
    Ok([
        file("schema/fleet.schema.json", &format!("{schema:#}\n"), check)?,
        file("docs/language.md", &schema::reference(&schema), check)?,
    ])
}

fn file(name: &'static str, text: &str, check: bool) -> Result<(&'static str, FileStatus)> {
    let path = root().join(name);
    if std::fs::read(&path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok((name, FileStatus::Current));
    }
    if check {
        return Ok((name, FileStatus::Differs));
    }
    sync::write(&path, text, 0o644)?;
    Ok((name, FileStatus::Written))
}
