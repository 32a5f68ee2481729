//! `output:`: pins that switches and lights use. An output becomes no role itself.

use super::super::super::yaml::Tree;
use super::super::device::{Device, Output, note_unread};
use super::super::draft::Draft;
use super::super::pin::Pin;

pub(super) fn read(device: &mut Device<'_>, component: &Tree, draft: &mut Draft) {
    let platform = component.text_of("platform").unwrap_or_default();
    let id = component.text_of("id").unwrap_or_default().to_owned();
    match (platform, Pin::read(component.get("pin"))) {
        ("gpio" | "esp8266_pwm", Some(mut pin)) => {
            pin.inverted ^= component.is_true("inverted");
            device.outputs.push(Output { id, pin, pwm: platform == "esp8266_pwm" });
            note_unread(component, &["pin", "inverted"], draft);
        }
        ("gpio" | "esp8266_pwm", None) => draft.note(&component.position, "its pin is none of the chip's own"),
        _ => draft.note(&component.position, format_args!("an output of the kind `{platform}` has no counterpart")),
    }
}
