//! Keys that no part of the import reads: what is said of them, and which mean nothing for a node, with the reason.

use super::report::NoteKind;

/// What is known of a key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// It means nothing for a node, for this reason.
    Meaningless(&'static str),
    /// It is told, with what it means here.
    Noted(NoteKind, &'static str),
}

use Known::{Meaningless, Noted};
use NoteKind::{Changed, Danger, Decide, LeftOut};

const DISPLAY: Known = Meaningless("only for people's eyes in Home Assistant");
const DISCOVERY: Known = Noted(Changed, "Home Assistant does not find nodes by itself");
const ACCOUNT: Known = Noted(Changed, "every node gets a user and a password of its own, by `cargo xtask secrets`");
const STATUS: Known = Noted(Changed, "a node publishes `online` and `offline` on `<fleet>/<node>/status`");
const PROGRAM: Known = Noted(LeftOut, "a program of ESPHome's; a `decision` or a `custom` role can do that");
const BUS: Known = Noted(LeftOut, "a bus belongs to a `custom` role here");
const BUILD: Known = Meaningless("about how ESPHome compiles");
const LIGHT: Known = Noted(Changed, "a `dimmer_output` has no such setting");

/// Keys with the way to them: `*` stands for one key or more, `x.*` for all that is in `x`. The first that fits counts.
const KEYS: &[(&str, Known)] = &[
    // Of components.
    ("*.icon", DISPLAY),
    ("*.device_class", DISPLAY),
    ("*.entity_category", DISPLAY),
    ("*.disabled_by_default", DISPLAY),
    ("*.state_class", DISPLAY),
    ("*.web_server", DISPLAY),
    ("sensor.force_update", DISPLAY),
    ("sensor.expire_after", DISPLAY),
    ("binary_sensor.publish_initial_state", Meaningless("a node publishes each state when it starts")),
    ("binary_sensor.trigger_on_initial_state", Noted(Changed, "rules look at states, also at the first")),
    ("*.id", Meaningless("a name inside the file, for whoever refers to it")),
    ("*.setup_priority", BUILD),
    (
        "*.internal",
        Noted(Changed, "Home Assistant did not see this part; here its topic is on the broker if somebody asks for it"),
    ),
    ("*.use_interrupt", Noted(Changed, "how an input is sampled is the node's own affair, every 10 ms")),
    ("*.interrupt_type", Noted(Changed, "how an input is sampled is the node's own affair, every 10 ms")),
    ("*.interrupt", Noted(Changed, "how an input is sampled is the node's own affair, every 10 ms")),
    ("*.discovery", DISCOVERY),
    ("*.retain", Noted(Changed, "the topic is retained in any case: a state is there for whoever comes later")),
    (
        "*.command_retain",
        Noted(Changed, "commands are never retained: a node that is away misses them, unless the topic has `qos: 1`"),
    ),
    ("*.qos", Noted(Changed, "the topic has QoS 0; write `qos: 1` at it if no message may get lost")),
    ("*.subscribe_qos", Noted(Changed, "the topic has QoS 0; write `qos: 1` at it if no message may get lost")),
    ("*.availability", STATUS),
    ("*.pin.mode.input", Meaningless("what a part does with its pin says so")),
    ("*.pin.mode.output", Meaningless("what a part does with its pin says so")),
    ("*.pin.mode.analog", Meaningless("what a part does with its pin says so")),
    ("*.pin.ignore_strapping_warning", Meaningless("`allow:` says it here, with a reason")),
    ("*.on_turn_on", Noted(LeftOut, "what follows from a switch is a rule of a `decision` about another topic here")),
    ("*.on_turn_off", Noted(LeftOut, "what follows from a switch is a rule of a `decision` about another topic here")),
    ("*.on_state", PROGRAM),
    ("*.on_state_change", PROGRAM),
    ("*.on_raw_value", PROGRAM),
    ("switch.interlock_wait_time", Meaningless("without `interlock` there is nothing to wait for")),
    ("binary_sensor.on_multi_click.invalid_cooldown", Meaningless("belongs to the pattern, which a note tells about")),
    ("light.gamma_correct", Noted(Changed, "a `dimmer_output` is linear: half the percentage is half the power")),
    ("light.flash_transition_length", LIGHT),
    ("light.effects", Noted(LeftOut, "a lamp has no effects here")),
    ("light.initial_state", LIGHT),
    ("output.frequency", Noted(Changed, "the node chooses how fast the pulses of a `dimmer_output` are")),
    (
        "output.min_power",
        Noted(Danger, "the lamp's power was limited from below, and here it is not: look at what is connected"),
    ),
    ("output.max_power", Noted(Danger, "the lamp's power was limited, and here it is not: look at what is connected")),
    ("output.zero_means_zero", LIGHT),
    ("output.power_supply", Noted(LeftOut, "nothing switches a supply on first; make a `switch_output` of it")),
    ("sensor.samples", Noted(Changed, "each measurement is one reading")),
    ("sensor.attenuation", Meaningless("of another chip")),
    // Of the device.
    ("esphome.friendly_name", DISPLAY),
    ("esphome.comment", DISPLAY),
    ("esphome.area", DISPLAY),
    ("esphome.areas", DISPLAY),
    ("esphome.devices", DISPLAY),
    ("esphome.project", DISPLAY),
    ("esphome.min_version", BUILD),
    ("esphome.build_path", BUILD),
    ("esphome.platformio_options", BUILD),
    ("esphome.compile_process_limit", BUILD),
    ("esphome.arduino_version", BUILD),
    ("esphome.board_flash_mode", BUILD),
    ("esphome.debug_scheduler", BUILD),
    (
        "esphome.name_add_mac_suffix",
        Noted(Changed, "a node has one name; for several of a kind write `for_each`, or import each file"),
    ),
    ("esphome.esp8266_restore_from_flash", Meaningless("what `at_boot: last` keeps is always in flash")),
    ("esphome.includes", Noted(LeftOut, "C++ of your own; a `custom` role takes Rust")),
    ("esphome.libraries", Noted(LeftOut, "C++ of your own; a `custom` role takes Rust")),
    ("esphome.on_boot", PROGRAM),
    ("esphome.on_shutdown", PROGRAM),
    ("esphome.on_loop", PROGRAM),
    ("esp8266.framework", BUILD),
    ("esp8266.board_flash_mode", BUILD),
    ("esp8266.early_pin_init", Noted(Changed, "a node sets its outputs as soon as its program runs")),
    ("esp8266.restore_from_flash", Meaningless("what `at_boot: last` keeps is always in flash")),
    ("wifi.id", BUILD),
    ("wifi.domain", Noted(Changed, "a node is known by its name on the broker")),
    ("wifi.fast_connect", Meaningless("a node joins the first access point that has the name")),
    ("wifi.ap", Noted(LeftOut, "a node opens no network of its own; its settings are flashed")),
    ("wifi.reboot_timeout", Meaningless("a node tries again for ever, and goes on working meanwhile")),
    ("wifi.enable_on_boot", Meaningless("a node without topics on the broker has no Wi-Fi by itself")),
    ("mqtt.id", BUILD),
    ("mqtt.client_id", Meaningless("a node's name is its client id")),
    ("mqtt.keepalive", Meaningless("a node's keep-alive is 30 s")),
    ("mqtt.clean_session", Meaningless("a node keeps its session where it has to")),
    ("mqtt.reboot_timeout", Meaningless("a node tries again for ever, and goes on working meanwhile")),
    ("mqtt.use_abbreviations", Meaningless("about the messages of discovery")),
    ("mqtt.discovery_unique_id_generator", Meaningless("about the messages of discovery; no topic has it in its name")),
    ("mqtt.discovery_object_id_generator", Meaningless("about the messages of discovery; no topic has it in its name")),
    ("mqtt.discover_ip", Meaningless("about the messages of discovery")),
    ("mqtt.discovery", DISCOVERY),
    ("mqtt.discovery_prefix", DISCOVERY),
    ("mqtt.discovery_retain", DISCOVERY),
    ("mqtt.username", ACCOUNT),
    ("mqtt.password", ACCOUNT),
    ("mqtt.birth_message", STATUS),
    ("mqtt.will_message", STATUS),
    ("mqtt.shutdown_message", STATUS),
    ("mqtt.log_topic", Noted(LeftOut, "a node prints its log on the serial line alone")),
    ("mqtt.certificate_authority", Noted(Decide, "write `security: tls` or `tls-pinned` below `broker:`")),
    ("mqtt.ssl_fingerprints", Noted(Decide, "write `security: tls` or `tls-pinned` below `broker:`")),
    ("mqtt.on_message", PROGRAM),
    ("mqtt.on_json_message", PROGRAM),
    ("mqtt.on_connect", PROGRAM),
    ("mqtt.on_disconnect", PROGRAM),
    // Parts.
    ("logger", Meaningless("nodes always print on the serial log, on TX")),
    ("logger.level", Meaningless("a node prints what it has to say, which is little")),
    ("substitutions", Meaningless("they stand where they are named")),
    ("safe_mode", Meaningless("a node that gives up restarts, and says so on its status topic")),
    ("mdns", Meaningless("a node is found by the broker, not in the network")),
    ("network", Meaningless("nodes use IPv4")),
    ("preferences", Meaningless("a node writes what it keeps to flash after 5 s")),
    ("dashboard_import", Meaningless("about ESPHome's own dashboard")),
    ("debug", Meaningless("`cargo xtask log` shows what a node has to say")),
    ("json", BUILD),
    ("async_tcp", BUILD),
    ("external_components", Noted(LeftOut, "components of your own; a `custom` role takes Rust")),
    ("packages", Noted(LeftOut, "it lies elsewhere, and was not fetched")),
    ("api", Noted(LeftOut, "a fleet uses MQTT alone")),
    ("ota", Noted(LeftOut, "images are flashed over USB")),
    ("web_server", Noted(LeftOut, "nodes serve no pages")),
    ("captive_portal", Noted(LeftOut, "nodes serve no pages")),
    ("improv_serial", Noted(LeftOut, "a node's settings are flashed with it")),
    ("i2c", BUS),
    ("spi", BUS),
    ("uart", BUS),
    ("one_wire", BUS),
    ("dallas", BUS),
    ("status_led", Noted(LeftOut, "a `switch_output` on a topic of your own can do that")),
    ("interval", PROGRAM),
    ("script", PROGRAM),
    ("globals", PROGRAM),
    ("deep_sleep", Noted(LeftOut, "a node does not sleep: with a battery it would not last")),
    ("time", Noted(LeftOut, "a node knows no time of day; a client can publish what depends on it")),
    ("sun", Noted(LeftOut, "a node knows no time of day; a client can publish what depends on it")),
];

/// What is known of a key, by the keys that lead to it.
pub(super) fn key(path: &[&str]) -> Option<Known> {
    // ESPHome passes over parts whose names begin with a dot: they only hold anchors.
    if path.len() == 1 && path[0].starts_with('.') {
        return Some(Meaningless("only holds anchors"));
    }
    KEYS.iter().find(|(pattern, _)| fits(pattern, path)).map(|(_, known)| *known)
}

fn fits(pattern: &str, path: &[&str]) -> bool {
    match pattern.strip_prefix("*.") {
        None => pattern.split('.').eq(path.iter().copied()),
        Some(end) => {
            let end: Vec<&str> = end.split('.').collect();
            path.len() > end.len() && path.ends_with(&end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_the_way_to_them() {
        assert!(matches!(key(&["switch", "icon"]), Some(Meaningless(_))));
        assert!(matches!(key(&["binary_sensor", "pin", "mode", "input"]), Some(Meaningless(_))));
        assert!(matches!(key(&["mqtt", "username"]), Some(Noted(Changed, _))));
        assert!(matches!(key(&[".anchors"]), Some(Meaningless(_))));
        assert!(key(&["icon"]).is_none(), "a part of the device is no key of a component");
        assert!(key(&["switch", "mode", "input"]).is_none());
    }
}
