//! Notes for the parts of a device that have no counterpart in a fleet.

use super::super::super::yaml::Tree;
use super::super::draft::Draft;

/// Notes every part that nothing else reads, with a reason.
pub(super) fn note(device: &Tree, draft: &mut Draft) {
    for (key, value) in device.entries() {
        if let Some(reason) = reason(key, value) {
            draft.note(&value.position, format_args!("`{key}`: {reason}"));
        }
    }
    for (key, value) in device.get("esphome").map(Tree::entries).unwrap_or_default() {
        if matches!(key.as_str(), "on_boot" | "on_loop" | "on_shutdown" | "includes" | "libraries") {
            draft.note(&value.position, format_args!("`{key}`: there is no counterpart"));
        }
    }
}

/// Why a part is not taken over; `None`: it is.
fn reason(key: &str, value: &Tree) -> Option<&'static str> {
    match key {
        "esphome" | "esp8266" | "wifi" | "mqtt" | "output" | "switch" | "light" | "binary_sensor" | "sensor"
        | "substitutions" => None,
        "logger" if value.text_of("baud_rate") == Some("0") => Some("nodes always print on the serial log, on TX"),
        "logger" => None,
        "packages" => Some("it lies elsewhere, and was not fetched"),
        "api" => Some("a fleet uses MQTT alone"),
        "ota" => Some("images are flashed over USB"),
        "web_server" | "captive_portal" => Some("nodes serve no pages"),
        "i2c" | "spi" | "uart" | "one_wire" | "dallas" => Some("a bus belongs to a `custom` role here"),
        "status_led" => Some("a `switch_output` on a topic of your own can do that"),
        "interval" | "script" | "globals" => Some("programs of ESPHome's; a `decision` or a `custom` role can do that"),
        _ => Some("there is no counterpart"),
    }
}
