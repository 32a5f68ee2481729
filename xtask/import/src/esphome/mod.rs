//! ESPHome's YAML as a fleet: a device becomes a node, its switches, lights, binary sensors and the analog input become
//! roles, simple automations become decisions. A note with file and line names everything that does not fit.

mod account;
mod automation;
mod board;
mod chip;
mod components;
mod device;
mod draft;
mod duration;
mod extras;
mod known;
mod names;
mod network;
mod pin;
mod report;
mod roles;
mod rules;
mod text;
mod wifi;
mod wired;
mod writing;

pub use report::{Count, Counts, Key, KeyFate, Note, NoteKind, by_kind, summary};

use super::files::Files;
use super::yaml;
use anyhow::{Result, bail};
use device::Device;
use draft::{Draft, Node};
use names::name;
use std::path::{Path, PathBuf};
use wired::WiredPin;

/// A fleet that was imported.
#[derive(Debug)]
pub struct Imported {
    /// The fleet's name.
    pub name: String,
    /// The fleet file.
    pub text: String,
    /// What was not taken over, or not as it was, in the order in which it was met.
    pub notes: Vec<Note>,
    /// The parts that are in the fleet and those that are not, by their kinds.
    pub counts: Counts,
    /// Every key of the devices, and what became of it.
    pub keys: Vec<Key>,
}

/// Makes one fleet of the devices that `paths` describe. `name` is the fleet's; `None`: that of the first device.
///
/// # Errors
///
/// A file is no device for an ESP8266, `name` can't be that of a fleet, or nothing becomes a topic.
pub fn import(paths: &[PathBuf], name: Option<&str>, files: &dyn Files) -> Result<Imported> {
    let mut draft = Draft::default();
    for path in paths {
        import_device(path, files, paths.len() > 1, &mut draft)?;
    }
    let Some(first) = draft.nodes.first() else { bail!("there is no device in these files") };
    let name = name.map_or_else(|| first.name.clone(), str::to_owned);
    if names::name(&name, '-') != name {
        // It becomes a file's name, too.
        bail!("`{name}` can't be the name of a fleet: write small letters, digits and `-`");
    }
    if draft.topics.is_empty() {
        let notes: Vec<String> = draft.notes.iter().map(Note::to_string).collect();
        bail!("nothing in these files fits a fleet:\n  {}", notes.join("\n  "));
    }
    let text = text::fleet(&draft, &name);
    Ok(Imported { name, text, notes: draft.notes, counts: draft.counts, keys: draft.keys })
}

/// Adds a device to the draft, as a node. `several`: it is not the only one of the fleet.
fn import_device(path: &Path, files: &dyn Files, several: bool, draft: &mut Draft) -> Result<()> {
    let described = yaml::device(path, files)?;
    let own = chip::check(&described)?;
    for (position, problem) in &described.problems {
        draft.say(position, NoteKind::LeftOut, problem);
    }
    let tree = &described.tree;
    let own_name = own.text_of("name").unwrap_or("node");
    let node = node_name(own_name, draft);
    let wired = wired::pins(tree);
    let wanted = tree.get("esp8266").and_then(|chip| chip.get("board")).or_else(|| own.get("board"));
    let board = board::name(wanted, tree, &wired, draft);
    let key_prefix = if several { format!("{}_", name(&node, '_')) } else { String::new() };
    let mut device = Device::new(tree, own_name, board.clone(), key_prefix);
    draft.nodes.push(Node { name: node, board, ip: None, roles: Vec::new(), reserved: Vec::new() });
    network::read(tree, draft);
    network::read_serial(tree, draft);
    components::read(&mut device, draft);
    writing::extras(&mut device, draft);
    reserve(&wired, &device, draft);
    account::settle(tree, draft);
    Ok(())
}

/// Keeps the pins that the device wires and no role has, so that nothing calls them free.
fn reserve(wired: &[WiredPin], device: &Device<'_>, draft: &mut Draft) {
    let mut reserved: Vec<&WiredPin> = Vec::new();
    for pin in wired.iter().filter(|pin| device.has(&pin.name) && !device.is_placed(&pin.name)) {
        if reserved.iter().all(|known| device.number(&known.name) != device.number(&pin.name)) {
            reserved.push(pin);
        }
    }
    let Some(first) = reserved.first() else { return };
    let listed: Vec<String> = reserved.iter().map(|pin| format!("{} (`{}`)", pin.name, pin.part)).collect();
    let what =
        format!("{}: parts that are not in the fleet are wired there, so the node reserves them", listed.join(", "));
    draft.say(&first.position, NoteKind::Wiring, what);
    if let Some(node) = draft.nodes.last_mut() {
        node.reserved = reserved.iter().map(|pin| (pin.name.clone(), format!("ESPHome's {}", pin.part))).collect();
    }
}

/// The name of a device's node: its own, with a number if there is such a node already.
fn node_name(own: &str, draft: &Draft) -> String {
    let name = name(own, '-');
    let numbered = format!("{name}-");
    let taken = draft.nodes.iter().filter(|node| node.name == name || node.name.starts_with(&numbered)).count();
    if taken > 0 { format!("{numbered}{}", taken + 1) } else { name }
}
