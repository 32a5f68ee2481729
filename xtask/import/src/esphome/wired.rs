//! Every pin that a device's file wires, whatever for: also by parts that are not taken over. Knows no kind of component.

use super::super::yaml::{Position, Tree, ValueKind};
use super::pin::name_here;

/// A pin that something is wired to.
#[derive(Clone, Debug)]
pub(super) struct WiredPin {
    /// As the fleet language writes it.
    pub(super) name: String,
    /// What it is wired for: `i2c`, `output`.
    pub(super) part: String,
    pub(super) position: Position,
}

/// Keys of pins that don't end in `pin`: lines of buses.
const LINES: [&str; 6] = ["sda", "scl", "clk", "mosi", "miso", "dc"];

/// All pins of a device, in the order of the file.
pub(super) fn pins(device: &Tree) -> Vec<WiredPin> {
    let mut pins = Vec::new();
    let ValueKind::Map(entries) = &device.kind else { return pins };
    for (part, value) in entries.iter().filter(|(part, _)| part != "substitutions" && !part.starts_with('.')) {
        collect(part, value, &mut pins);
    }
    pins
}

fn collect(part: &str, tree: &Tree, pins: &mut Vec<WiredPin>) {
    match &tree.kind {
        ValueKind::List(items) => items.iter().for_each(|item| collect(part, item, pins)),
        ValueKind::Map(entries) => {
            for (key, value) in entries {
                if (key == "pin" || key.ends_with("_pin") || LINES.contains(&key.as_str()))
                    && let Some(name) = named(value)
                {
                    pins.push(WiredPin { name, part: part.to_owned(), position: value.position.clone() });
                } else {
                    collect(part, value, pins);
                }
            }
        }
        ValueKind::Scalar { .. } | ValueKind::Include { .. } => {}
    }
}

/// The pin of the chip's own that a value names.
fn named(value: &Tree) -> Option<String> {
    let text = match &value.kind {
        ValueKind::Map(entries) => {
            // A key of another name is that of an expander, whose pins have numbers of their own.
            let own = ["number", "inverted", "mode", "allow_other_uses", "ignore_strapping_warning", "id"];
            entries.iter().all(|(key, _)| own.contains(&key.as_str())).then(|| value.peek_of("number"))??.peek()?
        }
        _ => value.peek()?,
    };
    let name = name_here(text);
    let number = name.trim_start_matches("GPIO").trim_start_matches('D');
    let is_pin = number.parse::<u8>().is_ok_and(|number| number < 17) || ["TX", "RX", "A0"].contains(&name.as_str());
    is_pin.then_some(name)
}
