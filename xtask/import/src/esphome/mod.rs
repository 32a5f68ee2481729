//! ESPHome's YAML as a fleet: a device becomes a node, its switches, lights, contacts and the analog input become roles,
//! simple automations become decisions. What does not fit is said, with its file and line.

mod actions;
mod device;
mod draft;

use super::yaml::{self, Read};
use anyhow::{Result, bail};
use draft::Draft;
use std::path::PathBuf;

/// A fleet that was imported.
#[derive(Debug)]
pub struct Imported {
    /// The fleet's name.
    pub name: String,
    /// The fleet file.
    pub text: String,
    /// What was not taken over, or not as it was: `file:line: what`.
    pub notes: Vec<String>,
}

/// Reads devices and writes a fleet of them.
pub fn import(files: &[PathBuf], name: Option<&str>, read: Read<'_>) -> Result<Imported> {
    let mut draft = Draft::default();
    for file in files {
        let tree = yaml::device(file, read)?;
        device::take(&tree, files.len() > 1, &mut draft)?;
    }
    let Some(first) = draft.nodes.first() else { bail!("there is no device in these files") };
    let name = name.map_or_else(|| first.name.clone(), str::to_owned);
    if draft::name(&name, '-') != name {
        // It becomes a file's name, too.
        bail!("`{name}` can't be the name of a fleet: write small letters, digits and `-`");
    }
    if draft.topics.is_empty() {
        bail!("nothing in these files fits a fleet:\n  {}", draft.notes.join("\n  "));
    }
    Ok(Imported { text: draft.spell(&name), name, notes: draft.notes })
}
