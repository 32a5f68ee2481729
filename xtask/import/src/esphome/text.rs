//! The text of a draft: a whole fleet file. Knows which parts a fleet file has and their order, nothing of devices.

use super::super::fleet_text::{payload, quoted, role};
use super::draft::{Draft, Node, WifiNetwork};

/// The fleet file of a draft.
pub(super) fn fleet(draft: &Draft, name: &str) -> String {
    let roles = draft.nodes.iter().flat_map(Node::ordered_roles).map(|entry| role(&entry.name, &entry.kind));
    let nodes = draft.nodes.iter().map(node);
    format!(
        "{}\ntopics:\n{}\nroles:\n{}\nnodes:\n{}\nclients:\n{}",
        head(draft, name),
        topics(draft),
        roles.collect::<String>(),
        nodes.collect::<String>(),
        client(draft)
    )
}

/// The fleet's name, Wi-Fi network and broker.
fn head(draft: &Draft, name: &str) -> String {
    let host = quoted(draft.host.as_deref().unwrap_or("broker.local"));
    let port = draft.port.as_ref().filter(|port| *port != "1883");
    let port = port.map(|port| format!("  port: {port}\n")).unwrap_or_default();
    format!(
        "# yaml-language-server: $schema=../schema/fleet.schema.json\n\
         # Imported from ESPHome. docs/language.md has every key; `cargo xtask check {name}` finds mistakes.\n\
         fleet: {name}\n\n{}\nbroker:\n  host: {host}\n{port}  security: password\n",
        wifi(draft)
    )
}

/// The networks, and how power is saved.
fn wifi(draft: &Draft) -> String {
    let ssid = |network: &WifiNetwork| network.ssid.clone().unwrap_or_else(|| "!secret wifi_ssid".to_owned());
    let password = |network: &WifiNetwork| network.password.clone().unwrap_or_else(|| "\"\"".to_owned());
    let networks = match draft.networks.as_slice() {
        [] => "  ssid: !secret wifi_ssid\n  password: !secret wifi_password\n".to_owned(),
        [network] => {
            let hidden = if network.hidden { "  hidden: true\n" } else { "" };
            format!("  ssid: {}\n  password: {}\n{hidden}", ssid(network), password(network))
        }
        several => {
            let entry = |network: &WifiNetwork| {
                let hidden = if network.hidden { ", hidden: true" } else { "" };
                format!("    - {{ ssid: {}, password: {}{hidden} }}\n", ssid(network), password(network))
            };
            format!("  networks:\n{}", several.iter().map(entry).collect::<String>())
        }
    };
    let power_save = draft.power_save.as_ref().map_or(String::new(), |word| format!("  power_save: {word}\n"));
    format!("wifi:\n{networks}{power_save}")
}

fn topics(draft: &Draft) -> String {
    let topics = draft.topics.iter().map(|topic| {
        let payload = payload(&topic.payload);
        let kept = if topic.settable { "settable" } else { "retain" };
        format!("  {}: {{ path: {}, payload: {payload}, {kept}: true }}\n", topic.key, quoted(&topic.path))
    });
    topics.collect()
}

fn node(node: &Node) -> String {
    let roles = node.ordered_roles().map(|role| match &role.pin {
        Some(pin) => format!("      {}: {{ pin: {} }}\n", role.name, quoted(pin)),
        None => format!("      {}: {{}}\n", role.name),
    });
    let roles: String = roles.collect();
    let roles = if roles.is_empty() { " {}\n".to_owned() } else { format!("\n{roles}") };
    let reserved = node.reserved.iter().map(|(pin, what)| format!("{}: {}", quoted(pin), quoted(what)));
    let reserved: Vec<String> = reserved.collect();
    let reserved =
        if reserved.is_empty() { String::new() } else { format!("    reserved: {{ {} }}\n", reserved.join(", ")) };
    let ip = node.ip.as_ref().map_or(String::new(), |ip| format!("    ip: {ip}\n"));
    format!("  {}:\n    board: {}\n{ip}{reserved}    roles:{roles}", node.name, node.board)
}

/// The client that may set whatever is settable and sees everything.
fn client(draft: &Draft) -> String {
    let settable = draft.topics.iter().filter(|topic| topic.settable).map(|topic| topic.key.as_str());
    let settable: Vec<&str> = settable.collect();
    let set = if settable.is_empty() { String::new() } else { format!("set: [{}], ", settable.join(", ")) };
    format!("  home: {{ {set}subscribe: [\"*\"] }}    # Home Assistant, or whoever has the remote\n")
}
