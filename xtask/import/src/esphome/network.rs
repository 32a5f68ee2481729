//! `wifi:`, `mqtt:` and the serial line of `logger:`. All devices of a fleet share one network and one broker: those of the first device that has some.

use super::super::fleet_text::quoted;
use super::super::yaml::{Position, Tree};
use super::draft::Draft;
use super::names::name;
use super::report::NoteKind;

/// Reads the network and the broker of a device.
pub(super) fn read(device: &Tree, draft: &mut Draft) {
    if let Some(wifi) = device.get("wifi") {
        read_wifi(wifi, draft);
    }
    match device.get("mqtt") {
        Some(mqtt) => read_mqtt(mqtt, draft),
        None => draft.say(
            &device.position,
            NoteKind::Changed,
            "the device used ESPHome's own protocol; its topics are those that it would have with MQTT",
        ),
    }
}

/// Tells that a serial line which was off is on.
pub(super) fn read_serial(device: &Tree, draft: &mut Draft) {
    let logger =
        device.peek_of("logger").filter(|logger| logger.peek_of("baud_rate").and_then(Tree::peek) == Some("0"));
    if let Some(baud_rate) = logger.and_then(|logger| logger.get("baud_rate")) {
        draft.note(baud_rate, NoteKind::Wiring, "`baud_rate: 0`: the log was off, and a node always prints one on TX");
    }
}

fn read_wifi(wifi: &Tree, draft: &mut Draft) {
    let first = wifi.get("networks").and_then(|all| all.items().first());
    for network in first.into_iter().chain([wifi]) {
        let ssid = network.get("ssid").and_then(|ssid| match ssid.secret() {
            Some(secret) => {
                let here = name(secret, '_');
                if here != secret {
                    let what = format!(
                        "the secret `{secret}` is called `{here}` here: names have small letters, digits and `_`"
                    );
                    draft.say(&ssid.position, NoteKind::Decide, what);
                }
                Some(format!("!secret {here}"))
            }
            None => ssid.text().map(quoted),
        });
        share(&mut draft.ssid, ssid, &network.position, "another Wi-Fi network", &mut draft.differing);
        if let Some(password) = network.get("password") {
            let what = "the Wi-Fi password was not copied: it goes into fleets/secrets.yaml, as `wifi_password`";
            draft.note(password, NoteKind::Decide, what);
        }
    }
    tell_differing(draft);
}

fn read_mqtt(mqtt: &Tree, draft: &mut Draft) {
    if let Some(broker) = mqtt.get("broker") {
        if broker.secret().is_some() {
            draft.note(broker, NoteKind::Decide, "the broker's address is no secret here: write it into the fleet");
        } else {
            let host = broker.text().map(str::to_owned);
            share(&mut draft.host, host, &broker.position, "another broker", &mut draft.differing);
        }
    }
    if let Some(port) = mqtt.get("port") {
        let number = port.parsed(|text| text.parse::<u16>().ok()).map(|port| port.to_string());
        share(&mut draft.port, number, &port.position, "another port of the broker", &mut draft.differing);
    }
    if let Some(prefix) = mqtt.get("topic_prefix").filter(|prefix| prefix.is_null()) {
        let what = "`topic_prefix` was empty, so parts without topics of their own had none; here they have some";
        draft.note(prefix, NoteKind::Changed, what);
    }
    tell_differing(draft);
}

/// Sets what the whole fleet shares unless a device before this one did; keeps a difference.
fn share(
    first: &mut Option<String>,
    own: Option<String>,
    position: &Position,
    what: &'static str,
    differing: &mut Vec<(Position, &'static str)>,
) {
    if let (Some(first), Some(own)) = (&first, &own)
        && first != own
    {
        differing.push((position.clone(), what));
    }
    *first = first.take().or(own);
}

fn tell_differing(draft: &mut Draft) {
    for (position, what) in std::mem::take(&mut draft.differing) {
        draft.say(&position, NoteKind::Decide, format_args!("{what} than the first device's: the fleet has one"));
    }
}
