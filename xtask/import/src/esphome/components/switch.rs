//! `switch:` on a pin or on an output.

use super::super::super::yaml::Tree;
use super::super::device::Device;
use super::super::draft::Draft;
use super::super::pin::Pin;
use super::on_off;

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) {
    let platform = component.text_of("platform").unwrap_or_default();
    let pin = match platform {
        "gpio" => Pin::read(component.get("pin")).map(|mut pin| {
            pin.inverted ^= component.is_true("inverted");
            pin
        }),
        "output" => device.output(component).map(|output| output.pin.clone()),
        _ => {
            draft.note(&component.position, format_args!("a switch of the kind `{platform}` has no counterpart"));
            return;
        }
    };
    let read = ["pin", "output", "inverted", "restore_mode", "command_topic"];
    on_off::add(device, component, "switch", pin, &read, draft);
}
