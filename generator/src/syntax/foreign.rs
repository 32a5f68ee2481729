//! Words that other tools use at a place where the fleet language has another word, or nothing: what to write instead.

use Room::{Address, Broker, Client, Fleet, Network, Node, Topic, Wifi, Wiring};

/// Which map of a fleet file a word stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// The top of the file.
    Fleet,
    /// `wifi`
    Wifi,
    /// An entry of `networks` in `wifi`
    Network,
    /// `broker`
    Broker,
    /// An entry of `topics`
    Topic,
    /// An entry of `nodes`
    Node,
    /// `ip` of a node
    Address,
    /// A role of a node
    Wiring,
    /// An entry of `clients`
    Client,
}

const FIXED: &str = "a fixed address belongs to one node: write `ip: { address: 192.168.1.31/24, gateway: 192.168.1.1 }` there, below `nodes:`";
const OWN_NAME: &str = "leave it out: a node's host name is the node's own name";
const BY_NAME: &str = "leave it out: nodes look for a network by its name, on all channels, and find a hidden one too";
const OWN_ACCOUNT: &str =
    "leave it out: each node and client has a user and a password of its own, which `cargo xtask secrets` makes";
const WHOLE_NAME: &str = "leave it out, and write the whole name at each topic: `path: room/light`";
const AT_A_TOPIC: &str =
    "leave it out here: it stands at each topic, as in `light: { payload: bit, retain: true, qos: 1 }`";
const ENCRYPTED: &str =
    "write `security: tls`, or `tls-pinned` for a broker with a certificate; `cargo xtask secrets` makes the keys";
const AWAKE: &str =
    "leave it out: a node stays awake; `power_save: light` in `wifi:` lets it use less between messages";
const ROLE: &str =
    "write a role below `roles:`, as in `lamp: { switch_output: { subscribe: light } }`, and its pin below `nodes:`";

/// Words by the maps that they stand in, with what to write.
const WORDS: &[(Room, &[&str], &str)] = &[
    (Fleet, &["mqtt", "mqtt_broker"], "write `broker: { host: 192.168.1.10 }`"),
    (Fleet, &["esphome", "esp8266", "esp32"], "write `fleet: name`; `cargo xtask import` reads whole files of ESPHome"),
    (Fleet, &["api"], "leave it out: nodes speak MQTT with the broker alone"),
    (Fleet, &["logger"], "leave it out: `cargo xtask log` shows a board's log; a role `serial_log` prints messages"),
    (Fleet, &["ota"], "leave it out: `cargo xtask flash` writes boards"),
    (Fleet, &["devices", "boards_used"], "write `nodes:` and below it `name: { board: d1_mini, roles: { … } }`"),
    (Fleet, &["secrets"], "leave it out: values of `!secret name` stand in fleets/secrets.yaml"),
    (
        Fleet,
        &["network", "networks", "ssid"],
        "write `wifi: { ssid: !secret wifi_ssid, password: !secret wifi_password }`",
    ),
    (
        Fleet,
        &["substitutions", "packages"],
        "write `include: [file.yaml]` for parts in files of their own, `for_each:` for copies",
    ),
    (Fleet, &["automation", "automations"], "write a role of the kind `decision`, with `rules:`"),
    (Fleet, &["switch", "light", "sensor", "binary_sensor", "output", "button"], ROLE),
    (
        Wifi,
        &[
            "manual_ip",
            "static_ip",
            "ip",
            "address",
            "gateway",
            "subnet",
            "netmask",
            "dns",
            "dns1",
            "dns2",
            "use_address",
        ],
        FIXED,
    ),
    (Wifi, &["fast_connect"], "leave it out: a node joins the first access point that has the name"),
    (Wifi, &["power_save_mode"], "write `power_save: none`, `modem` or `light`"),
    (Wifi, &["ap", "captive_portal"], "leave it out: a node opens no access point; other networks go to `networks:`"),
    (Wifi, &["domain", "hostname", "host_name"], OWN_NAME),
    (Wifi, &["channel", "bssid"], BY_NAME),
    (Wifi, &["reboot_timeout"], "leave it out: a node works on without Wi-Fi, and tries again for ever"),
    (Wifi, &["output_power", "country", "eap", "phy_mode"], "leave it out: nodes have no such setting"),
    (Wifi, &["psk", "key", "passphrase"], "write `password: !secret wifi_password`"),
    (Wifi, &["name"], "write `ssid: !secret wifi_ssid`"),
    (Network, &["channel", "bssid"], BY_NAME),
    (Network, &["priority"], "leave it out: nodes take the first network of the list that is there"),
    (Network, &["manual_ip", "static_ip", "ip"], FIXED),
    (Network, &["eap"], "leave it out: nodes have no such setting"),
    (Network, &["psk", "key", "passphrase"], "write `password: !secret wifi_password`"),
    (Network, &["name"], "write `ssid: !secret wifi_ssid`"),
    (Broker, &["username", "user", "password", "pass"], OWN_ACCOUNT),
    (Broker, &["client_id", "clientid"], "leave it out: a node's client identifier is the node's own name"),
    (Broker, &["keepalive", "keep_alive"], "leave it out: a node's keep-alive is 30 seconds"),
    (Broker, &["broker", "server", "address", "ip", "url", "uri", "hostname"], "write `host: 192.168.1.10`"),
    (Broker, &["topic_prefix", "prefix", "base_topic"], WHOLE_NAME),
    (Broker, &["qos", "retain"], AT_A_TOPIC),
    (Broker, &["ssl", "tls", "certificate", "certificate_authority", "ca", "ssl_fingerprints"], ENCRYPTED),
    (Broker, &["discovery", "discovery_prefix"], "leave it out: Home Assistant does not find nodes by itself"),
    (
        Broker,
        &["birth_message", "will_message", "will", "lwt"],
        "leave it out: a node publishes `online` and `offline` on `<fleet>/<node>/status`, retained",
    ),
    (Topic, &["topic", "name"], "write `path: room/light`"),
    (Topic, &["type", "values"], "write `payload: percent`, or `payload: { one_of: [a, b] }`"),
    (Topic, &["retained"], "write `retain: true`"),
    (
        Topic,
        &["unit", "unit_of_measurement"],
        "write it into the payload: `payload: { number: { min: -40, max: 85, unit: \"°C\" } }`",
    ),
    (Node, &["deep_sleep", "sleep", "sleep_duration"], AWAKE),
    (Node, &["manual_ip", "static_ip", "address"], "write `ip: { address: 192.168.1.31/24, gateway: 192.168.1.1 }`"),
    (Node, &["hostname", "host_name", "name"], OWN_NAME),
    (Node, &["platform", "type", "model"], "write which board it is: `board: d1_mini`"),
    (Node, &["wifi", "ssid", "broker", "mqtt"], "leave it out here: it stands once, at the top of the file"),
    (Node, &["pin", "pins"], "a pin belongs to a role: `roles: { lamp: { pin: D1 } }`"),
    (Address, &["static_ip", "ip"], "write `address: 192.168.1.31/24`"),
    (
        Address,
        &["subnet", "netmask", "mask", "prefix", "subnet_mask"],
        "leave it out: the length of the net stands behind the address, `address: 192.168.1.31/24` for 255.255.255.0",
    ),
    (Address, &["dns1", "dns2", "nameserver"], "write `dns: 192.168.1.1`, of which there is one"),
    (Address, &["router", "gw"], "write `gateway: 192.168.1.1`"),
    (Wiring, &["gpio", "number"], "write `pin: GPIO5`, or what is printed on the board"),
    (
        Wiring,
        &["inverted", "mode", "pullup"],
        "leave it out here: it is an option of the role, as in `active: low` or `pull: up`",
    ),
    (Client, &["username", "user", "password"], OWN_ACCOUNT),
    (Client, &["topics", "read"], "write `subscribe: [light]`"),
    (Client, &["write"], "write `publish: [button]`"),
];

/// What to write instead of a word in such a map, if it is one of another tool.
pub(super) fn answer(room: Room, word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let found = WORDS.iter().find(|(other, words, _)| *other == room && words.contains(&word.as_str()));
    found.map(|(_, _, answer)| *answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_answer_in_a_map() {
        for (index, (room, words, _)) in WORDS.iter().enumerate() {
            for word in *words {
                let again = WORDS[index + 1..].iter().any(|(other, words, _)| other == room && words.contains(word));
                assert!(!again, "`{word}` stands twice for {room:?}");
            }
        }
    }
}
