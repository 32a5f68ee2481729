//! `wifi:` and `mqtt:`. All devices of a fleet share one network and one broker: those of the first device that has some.

use super::super::super::fleet_text::quoted;
use super::super::super::yaml::{Position, Tree, ValueKind};
use super::super::draft::Draft;

/// Reads the network and the broker of a device.
pub(super) fn read(device: &Tree, draft: &mut Draft) {
    if let Some(wifi) = device.get("wifi") {
        read_wifi(wifi, draft);
    }
    match device.get("mqtt") {
        Some(mqtt) => read_mqtt(mqtt, draft),
        None => draft.note(
            &device.position,
            "the device used ESPHome's own protocol; its topics are those that it would have with MQTT",
        ),
    }
}

fn read_wifi(wifi: &Tree, draft: &mut Draft) {
    for (key, value) in wifi.entries() {
        if !matches!(key.as_str(), "ssid" | "password" | "networks" | "id" | "domain") {
            draft.note(&value.position, format_args!("`{key}` of `wifi` has no counterpart"));
        }
    }
    let wifi = wifi.get("networks").and_then(|all| all.items().first()).unwrap_or(wifi);
    let ssid = match wifi.get("ssid").map(|ssid| &ssid.kind) {
        Some(ValueKind::Scalar { text, tag: Some(tag) }) if tag == "secret" => Some(format!("!secret {text}")),
        Some(ValueKind::Scalar { text, tag: None }) => Some(quoted(text)),
        _ => None,
    };
    share(&mut draft.ssid, ssid, &wifi.position, "another Wi-Fi network", &mut draft.notes);
    if let Some(password) = wifi.get("password") {
        draft.note(
            &password.position,
            "the Wi-Fi password was not copied: it goes into fleets/secrets.yaml, as `wifi_password`",
        );
    }
}

fn read_mqtt(mqtt: &Tree, draft: &mut Draft) {
    match mqtt.get("broker").map(|host| (host.text(), &host.position)) {
        Some((Some(host), position)) => {
            share(&mut draft.host, Some(host.to_owned()), position, "another broker", &mut draft.notes);
        }
        Some((None, position)) => {
            draft.note(position, "the broker's address is no secret here: write it into the fleet");
        }
        None => {}
    }
    draft.port = draft.port.take().or(mqtt.text_of("port").map(str::to_owned));
    for (key, value) in mqtt.entries() {
        match key.as_str() {
            "broker" | "port" | "topic_prefix" | "id" | "keepalive" | "client_id" => {}
            "username" | "password" => draft.note(
                &value.position,
                format_args!("`{key}`: every node gets a user and a password of its own, by `cargo xtask secrets`"),
            ),
            "discovery" | "discovery_prefix" | "discovery_retain" => {
                draft.note(&value.position, format_args!("`{key}`: Home Assistant does not find nodes by itself"));
            }
            "birth_message" | "will_message" => draft.note(
                &value.position,
                format_args!("`{key}`: a node publishes `online` and `offline` on `<fleet>/<node>/status`"),
            ),
            _ => draft.note(&value.position, format_args!("`{key}` of `mqtt` has no counterpart")),
        }
    }
}

/// Sets what the whole fleet shares unless a device before this one did; notes a difference.
fn share(first: &mut Option<String>, own: Option<String>, position: &Position, what: &str, notes: &mut Vec<String>) {
    if let (Some(first), Some(own)) = (&first, &own)
        && first != own
    {
        notes.push(format!("{position}: {what} than the first device's: the fleet has one"));
    }
    *first = first.take().or(own);
}
