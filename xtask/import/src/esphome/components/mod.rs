//! The components of a device, a file for each kind. Knows in which order they are read: what uses outputs comes after
//! them, what switches something after what can be switched.

mod binary_sensor;
mod light;
mod network;
mod on_off;
mod output;
mod sensor;
mod switch;
mod unsupported;
mod wifi;

use super::super::yaml::Tree;
use super::board;
use super::device::Device;
use super::draft::{Draft, Node};
use super::names::name;
use anyhow::{Result, bail};

/// How components of a kind are read.
type Read = fn(&mut Device<'_>, &Tree, &mut Draft);

/// The kinds of components that become roles, in the order in which they are read.
const KINDS: [(&str, Read); 5] = [
    ("output", output::read),
    ("switch", switch::read),
    ("light", light::read),
    ("binary_sensor", binary_sensor::read),
    ("sensor", sensor::read),
];

/// Adds a device to the draft, as a node. `several`: it is not the only one of the fleet. Fails if it is no device for an
/// ESP8266.
pub(super) fn import_device(tree: &Tree, several: bool, draft: &mut Draft) -> Result<()> {
    let Some(own) = tree.get("esphome") else { bail!("{}: no `esphome:`, so this is no device", tree.position) };
    check_chip(tree, own)?;
    let own_name = own.text_of("name").unwrap_or("node");
    let node = node_name(own_name, draft);
    let wanted = tree.get("esp8266").and_then(|chip| chip.get("board")).or(own.get("board"));
    let board = board::name(wanted, tree, draft);
    let topic_prefix = tree.get("mqtt").and_then(|mqtt| mqtt.text_of("topic_prefix")).unwrap_or(own_name);
    let mut device = Device {
        tree,
        key_prefix: if several { format!("{}_", name(&node, '_')) } else { String::new() },
        topic_prefix: topic_prefix.to_owned(),
        outputs: Vec::new(),
        targets: Vec::new(),
    };
    draft.nodes.push(Node { name: node, board, ip: None, roles: Vec::new() });
    network::read(tree, draft);
    for (key, read) in KINDS {
        for component in device.components(key) {
            read(&mut device, component, draft);
        }
    }
    unsupported::note(tree, draft);
    Ok(())
}

/// Refuses devices with another chip.
fn check_chip(tree: &Tree, own: &Tree) -> Result<()> {
    for chip in ["esp32", "rp2040", "bk72xx", "rtl87xx", "nrf52", "host"] {
        if let Some(other) = tree.get(chip) {
            bail!("{}: the device is an {chip}, and Fleetwright builds for the ESP8266", other.position);
        }
    }
    if own.text_of("platform").is_some_and(|platform| !platform.eq_ignore_ascii_case("esp8266")) {
        bail!("{}: the device is no ESP8266, and Fleetwright builds for no other chip", own.position);
    }
    Ok(())
}

/// The name of a device's node: its own, with a number if there is such a node already.
fn node_name(own: &str, draft: &Draft) -> String {
    let name = name(own, '-');
    let numbered = format!("{name}-");
    let taken = draft.nodes.iter().filter(|node| node.name == name || node.name.starts_with(&numbered)).count();
    if taken > 0 { format!("{numbered}{}", taken + 1) } else { name }
}
