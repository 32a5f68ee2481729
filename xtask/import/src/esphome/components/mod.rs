//! The components of a device, a file for each kind. Knows in which order they are read: what uses outputs comes after
//! them, what switches something after what can be switched.

mod binary_sensor;
mod clicks;
mod light;
mod on_off;
mod output;
mod sensor;
mod switch;

use super::super::yaml::Tree;
use super::device::Device;
use super::draft::Draft;

/// How components of a kind are read. `Err`: why one has no counterpart.
type Read = fn(&mut Device<'_>, &Tree, &mut Draft) -> Result<(), String>;

/// The kinds of components that become roles, in the order in which they are read.
const KINDS: [(&str, Read); 5] = [
    ("output", output::read),
    ("switch", switch::read),
    ("light", light::read),
    ("binary_sensor", binary_sensor::read),
    ("sensor", sensor::read),
];
/// Kinds that have no counterpart, and are counted all the same.
const OTHERS: [&str; 12] = [
    "button",
    "climate",
    "cover",
    "display",
    "fan",
    "number",
    "select",
    "servo",
    "stepper",
    "text_sensor",
    "lock",
    "valve",
];

/// Reads all components of a device.
pub(super) fn read(device: &mut Device<'_>, draft: &mut Draft) {
    for (key, read) in KINDS {
        for component in device.components(key) {
            let platform = component.text_of("platform").unwrap_or_default();
            let taken = match read(device, component, draft) {
                Ok(()) => true,
                Err(why) => {
                    let article = if key == "output" { "an" } else { "a" };
                    let kind = key.replace('_', " ");
                    draft.leave_out(component, format_args!("{article} {kind} of the kind `{platform}`: {why}"));
                    false
                }
            };
            // An output is counted as what uses it.
            if key != "output" {
                draft.count(key, taken);
            }
        }
    }
    for key in OTHERS {
        for component in device.components(key) {
            let platform = component.text_of("platform").unwrap_or_default();
            let kind = key.replace('_', " ");
            draft.leave_out(component, format_args!("a {kind} of the kind `{platform}` has no counterpart"));
            draft.count(key, false);
        }
    }
}
