//! `mqtt:`. All devices of a fleet share one broker: that of the first device that has one.

use super::super::super::yaml::Tree;
use super::super::draft::{Draft, share};
use super::wifi;

/// Reads the network and the broker of a device.
pub(super) fn read(device: &Tree, draft: &mut Draft) {
    if let Some(tree) = device.get("wifi") {
        wifi::read(tree, draft);
    }
    match device.get("mqtt") {
        Some(mqtt) => read_mqtt(mqtt, draft),
        None => draft.note(
            &device.position,
            "the device used ESPHome's own protocol; its topics are those that it would have with MQTT",
        ),
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
