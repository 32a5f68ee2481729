//! ESPHome's YAML as a fleet: a device becomes a node, its switches, lights, binary sensors and the analog input become
//! roles, simple automations become decisions. A note with file and line names everything that does not fit.

mod actions;
mod board;
mod components;
mod device;
mod draft;
mod duration;
mod names;
mod pin;
mod text;

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

/// Makes one fleet of the devices that `files` describe. `name` is the fleet's; `None`: that of the first device. Fails
/// for a file that is no device for an ESP8266, for a name that a fleet can't have, and if nothing becomes a topic.
pub fn import(files: &[PathBuf], name: Option<&str>, read: Read<'_>) -> Result<Imported> {
    let mut draft = Draft::default();
    for file in files {
        let tree = yaml::device(file, read)?;
        components::import_device(&tree, files.len() > 1, &mut draft)?;
    }
    let Some(first) = draft.nodes.first() else { bail!("there is no device in these files") };
    let name = name.map_or_else(|| first.name.clone(), str::to_owned);
    if names::name(&name, '-') != name {
        // It becomes a file's name, too.
        bail!("`{name}` can't be the name of a fleet: write small letters, digits and `-`");
    }
    if draft.topics.is_empty() {
        bail!("nothing in these files fits a fleet:\n  {}", draft.notes.join("\n  "));
    }
    Ok(Imported { text: text::fleet(&draft, &name), name, notes: draft.notes })
}
