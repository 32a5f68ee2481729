//! `wifi:`, `mqtt:` and the serial line of `logger:`. All devices of a fleet share one broker: that of the first device that has
//! one.

use super::super::yaml::Tree;
use super::draft::Draft;
use super::report::NoteKind;
use super::wifi;

/// Reads the network and the broker of a device.
pub(super) fn read(device: &Tree, draft: &mut Draft) {
    if let Some(tree) = device.get("wifi") {
        wifi::read(tree, draft);
        tell_differing(draft);
    }
    match device.get("mqtt") {
        Some(mqtt) => read_mqtt(mqtt, draft),
        None => draft.say(
            &device.position,
            NoteKind::Changed,
            "the device used ESPHome's own protocol; its states have the topics that they would have with MQTT, and commands \
             go to these with `/set`",
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

fn read_mqtt(mqtt: &Tree, draft: &mut Draft) {
    if let Some(broker) = mqtt.get("broker") {
        if broker.secret().is_some() {
            draft.note(broker, NoteKind::Decide, "the broker's address is no secret here: write it into the fleet");
        } else {
            let host = broker.text().map(str::to_owned);
            draft.share(|draft| &mut draft.host, host, &broker.position, "another broker");
        }
    }
    if let Some(port) = mqtt.get("port") {
        let number = port.parsed(|text| text.parse::<u16>().ok()).map(|port| port.to_string());
        draft.share(|draft| &mut draft.port, number, &port.position, "another port of the broker");
    }
    if let Some(prefix) = mqtt.get("topic_prefix").filter(|prefix| prefix.is_null()) {
        let what = "`topic_prefix` was empty, so parts without topics of their own had none; here they have some";
        draft.note(prefix, NoteKind::Changed, what);
    }
    tell_differing(draft);
}

fn tell_differing(draft: &mut Draft) {
    for (position, what) in std::mem::take(&mut draft.differing) {
        draft.say(&position, NoteKind::Decide, format_args!("{what} than the first device's: the fleet has one"));
    }
}
