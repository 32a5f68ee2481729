//! `wifi:` and `ip:`: several networks, fixed addresses, and the words of other tools.

use fleetwright_generator::diag::Diagnostic;
use fleetwright_generator::model::{Fleet, PowerSave};
use fleetwright_generator::text::Source;

const REST: &str = "broker: { host: 192.168.1.10 }\ntopics: { light: { path: a/light, payload: bit } }\nroles:\n  \
                    lamp: { switch_output: { subscribe: light } }\n  button: { push_button: { publish: light } }\n";
const NODES: &str = "nodes:\n  one: { board: d1_mini, roles: { lamp: { pin: D1 } } }\n  \
                     two: { board: d1_mini, roles: { button: { pin: D2 } } }\n";

fn check(text: &str) -> Result<Fleet, Vec<Diagnostic>> {
    let checked = fleetwright_generator::check(&Source::new("attic.yaml", text));
    checked.map(|(fleet, _)| fleet).map_err(|findings| findings.0)
}

/// A fleet with this `wifi:`.
fn wifi(wifi: &str) -> Result<Fleet, Vec<Diagnostic>> {
    check(&format!("fleet: attic\nwifi: {wifi}\n{REST}{NODES}"))
}

fn messages(checked: Result<Fleet, Vec<Diagnostic>>) -> Vec<String> {
    checked.err().into_iter().flatten().map(|finding| finding.message).collect()
}

/// A fleet whose two nodes have these `ip:`.
fn addresses(one: &str, two: &str) -> Result<Fleet, Vec<Diagnostic>> {
    check(&format!(
        "fleet: attic\n{REST}nodes:\n  one: {{ board: d1_mini, ip: {one}, roles: {{ lamp: {{ pin: D1 }} }} }}\n  \
         two: {{ board: d1_mini, ip: {two}, roles: {{ button: {{ pin: D2 }} }} }}\n"
    ))
}

#[test]
fn networks_stand_in_the_order_of_preference() {
    let fleet = wifi(
        "{ networks: [ { ssid: a, password: !secret a }, { ssid: b, password: \"\", hidden: true } ], power_save: light }",
    );
    let wifi_of_fleet = fleet.expect("no errors").wifi.expect("there is one");
    assert_eq!(wifi_of_fleet.networks.len(), 2);
    assert_eq!(wifi_of_fleet.power_save, Some(PowerSave::Light));
    let one = wifi("{ ssid: a, password: !secret a, hidden: true, power_save: none }").expect("no errors");
    assert_eq!(one.wifi.map(|wifi| (wifi.networks.len(), wifi.power_save)), Some((1, Some(PowerSave::None))));
}

#[test]
fn networks_that_make_no_sense_are_told() {
    let network = |name: &str| format!("{{ ssid: {name}, password: !secret p }}");
    let list = |names: &[&str]| {
        let networks: Vec<String> = names.iter().map(|name| network(name)).collect();
        messages(wifi(&format!("{{ networks: [ {} ] }}", networks.join(", "))))
    };
    assert_eq!(list(&["a", "b", "c", "d"]), [""; 0]);
    assert_eq!(list(&["a", "b", "c", "d", "e"]), ["a node knows 4 networks at most"]);
    assert_eq!(list(&["a", "b", "a"]), ["`a` is one network, not two"]);
    assert_eq!(list(&["!secret a", "!secret a"]), ["`a` is one network, not two"]);
    assert_eq!(list(&["!secret a", "a"]), [""; 0]);
    assert_eq!(messages(wifi("{ networks: [] }")).len(), 1);
    assert_eq!(messages(wifi("{}")), ["`ssid` is missing here", "`password` is missing here"]);
    let both = messages(wifi("{ ssid: a, networks: [ { ssid: b, password: !secret p } ] }"));
    assert_eq!(both, ["`ssid` stands beside `networks`"]);
    assert_eq!(messages(wifi(&format!("{{ ssid: {}, password: !secret p }}", "s".repeat(33)))).len(), 1);
    assert_eq!(messages(wifi("{ ssid: a, password: seven77 }")), ["the Wi-Fi password is shorter than 8 bytes"]);
    let sleep = messages(wifi("{ ssid: a, password: !secret p, power_save: deep }"));
    assert_eq!(sleep, ["there is no way of saving power `deep`"]);
}

#[test]
fn addresses_are_those_of_machines_in_one_net() {
    let right = "{ address: 192.168.1.32/24, gateway: 192.168.1.1 }";
    let fleet =
        addresses("{ address: 192.168.1.31/24, gateway: 192.168.1.1, dns: 9.9.9.9 }", right).expect("no errors");
    let ips: Vec<_> = fleet.layouts[0].nodes.iter().filter_map(|node| node.ip).collect();
    assert_eq!((ips[0].dns.to_string(), ips[1].dns), ("9.9.9.9".to_owned(), ips[1].gateway));
    for (wrong, part) in [
        ("{ address: 192.168.1.31, gateway: 192.168.1.1 }", "its net is missing"),
        ("{ address: 192.168.1.31/33, gateway: 192.168.1.1 }", "no length of a net"),
        ("{ address: 192.168.1.31/255.255.255.0, gateway: 192.168.1.1 }", "no length of a net"),
        ("{ address: 192.168.1.310/24, gateway: 192.168.1.1 }", "no IPv4 address"),
        ("{ address: 127.0.0.1/24, gateway: 127.0.0.2 }", "can't be the address of a node"),
        ("{ address: 192.168.1.0/24, gateway: 192.168.1.1 }", "the address of the net itself"),
        ("{ address: 192.168.1.255/24, gateway: 192.168.1.1 }", "everybody in its net"),
        ("{ address: 192.168.1.31/24, gateway: 192.168.2.1 }", "not in the node's net"),
        ("{ address: 192.168.1.31/24, gateway: 192.168.1.0 }", "the address of the net itself"),
        ("{ address: 192.168.1.31/24, gateway: 192.168.1.31 }", "its own router"),
        ("{ address: 192.168.1.31/24, gateway: router }", "no IPv4 address"),
        (
            "{ address: 192.168.1.31/24, gateway: 192.168.1.1, dns: 0.0.0.0 }",
            "can't be the address of a server for names",
        ),
        ("{ address: 192.168.1.32/24, gateway: 192.168.1.1 }", "two nodes have the address"),
        ("{ address: 192.168.1.10/24, gateway: 192.168.1.1 }", "is the address of the broker"),
        ("{ address: 192.168.1.31/24 }", "`gateway` is missing"),
    ] {
        let found = messages(addresses(wrong, right));
        assert!(found.iter().any(|message| message.contains(part)), "{wrong}: {found:?}");
    }
}

/// `for_each` with this `ip:`.
fn copies(ip: &str) -> Result<Fleet, Vec<Diagnostic>> {
    check(&format!(
        "fleet: campus\nfor_each: {{ floor: 1..2, room: 07..09 }}\nbroker: {{ host: 192.168.1.10 }}\n\
         topics: {{ light: {{ path: \"{{floor}}/{{room}}/light\", payload: bit }} }}\nroles:\n  \
         lamp: {{ switch_output: {{ subscribe: light }} }}\nclients: {{ home: {{ publish: [light] }} }}\nnodes:\n  \
         \"lamp-{{floor}}-{{room}}\": {{ board: d1_mini, ip: {ip}, roles: {{ lamp: {{ pin: D1 }} }} }}\n"
    ))
}

#[test]
fn copies_have_an_address_each() {
    let fleet = copies("{ address: \"10.0.{floor}.{room}/16\", gateway: 10.0.0.1 }").expect("no errors");
    let addresses: Vec<String> =
        fleet.layouts[0].nodes.iter().filter_map(|node| node.ip).map(|ip| ip.address.to_string()).collect();
    assert_eq!(addresses, ["10.0.1.7", "10.0.1.8", "10.0.1.9", "10.0.2.7", "10.0.2.8", "10.0.2.9"]);
    let same = messages(copies("{ address: 10.0.0.7/16, gateway: 10.0.0.1 }"));
    assert_eq!(same, ["several of the 6 copies would have the address `10.0.0.7`"]);
    let half = messages(copies("{ address: \"10.0.0.{room}/16\", gateway: 10.0.0.1 }"));
    assert_eq!(half, ["several of the 6 copies would have the address `10.0.0.7`"]);
    let unknown = messages(copies("{ address: \"10.0.{flor}.{room}/16\", gateway: 10.0.0.1 }"));
    assert!(unknown.contains(&"`for_each` has no variable `flor`".to_owned()), "{unknown:?}");
    // Right for the first copy, and the broker's for another one.
    let broker = messages(copies("{ address: \"192.168.{floor}.1{room}/16\", gateway: 192.168.0.1 }"));
    assert_eq!(broker, [""; 0], "192.168.1.17 to 192.168.2.19 are free");
    let outside = messages(copies("{ address: \"10.0.{floor}.{room}/24\", gateway: 10.0.1.1 }"));
    assert_eq!(outside, ["`10.0.1.1` is not in the node's net"], "on the second floor, told once");
}

#[test]
fn a_node_without_wifi_has_no_address() {
    let text = "fleet: attic\nbroker: { host: b }\ntopics: { light: { payload: bit } }\nroles:\n  \
                lamp: { switch_output: { subscribe: light } }\n  button: { push_button: { publish: light } }\nnodes:\n  \
                one: { board: d1_mini, ip: { address: 10.0.0.2/8, gateway: 10.0.0.1 }, roles: { lamp: { pin: D1 }, button: { pin: D2 } } }\n";
    assert_eq!(messages(check(text)), ["`one` has no Wi-Fi, so it has no address"]);
}

#[test]
fn names_of_nodes_are_names_in_the_network() {
    let long = "n".repeat(33);
    let node = |name: &str| check(&format!("fleet: attic\n{REST}{}", NODES.replace("one:", &format!("{name}:"))));
    assert_eq!(messages(node(&long)), [format!("`{long}` can't be the name of a node")]);
    assert!(node(&long[1..]).is_ok());
}

/// What people bring from other tools is answered where it stands, with what to write instead.
#[test]
fn words_of_other_tools_are_answered() {
    let text = "fleet: attic\nlogger: {}\nwifi:\n  ssid: a\n  password: !secret p\n  manual_ip: { static_ip: 192.168.1.50 }\n  \
                power_save_mode: none\n  fast_connect: true\n  hostname: lamp\n  channel: 6\n  bssid: x\n  ap: {}\n  domain: .lan\n\
                broker: { host: b, username: me, password: secret, keepalive: 15s, client_id: lamp }\n\
                topics:\n  light: { payload: bit, qos: 2, retained: true }\nroles:\n  lamp: { switch_output: { subscribe: light } }\n\
                nodes:\n  n: { board: d1_mini, deep_sleep: 5min, ip: { static_ip: 1.2.3.4, address: 10.0.0.2/24, gateway: 10.0.0.1, subnet: 255.255.255.0, dns1: 10.0.0.1 }, roles: { lamp: { gpio: 5 } } }\n\
                clients: { home: { publish: [light], username: me } }\n";
    let findings = check(text).expect_err("words of other tools");
    let answer = |word: &str| {
        let message = format!("there is no key `{word}` here");
        let found = findings.iter().find(|finding| finding.message == message);
        found.unwrap_or_else(|| panic!("{word}: {findings:#?}")).help.concat()
    };
    for (word, part) in [
        ("logger", "cargo xtask log"),
        ("manual_ip", "ip: { address:"),
        ("power_save_mode", "power_save: none"),
        ("fast_connect", "leave it out"),
        ("hostname", "the node's own name"),
        ("channel", "by its name"),
        ("bssid", "by its name"),
        ("ap", "`networks:`"),
        ("domain", "the node's own name"),
        ("username", "cargo xtask secrets"),
        ("password", "cargo xtask secrets"),
        ("keepalive", "30 seconds"),
        ("client_id", "the node's own name"),
        ("retained", "retain: true"),
        ("deep_sleep", "power_save: light"),
        ("static_ip", "address: 192.168.1.31/24"),
        ("subnet", "/24"),
        ("dns1", "dns:"),
        ("gpio", "pin: GPIO5"),
    ] {
        assert!(answer(word).contains(part), "{word}: {}", answer(word));
    }
    assert!(findings.iter().any(|finding| finding.message == "nodes do not speak QoS 2"));
    assert!(findings.iter().all(|finding| !finding.help.is_empty()), "{findings:#?}");
}

#[test]
fn a_broker_in_one_text_is_taken_apart() {
    let help = |broker: &str| {
        let text = format!("fleet: attic\nbroker: {broker}\ntopics: {{}}\nroles: {{}}\nnodes: {{}}\n");
        check(&text).expect_err("no map")[0].help.concat()
    };
    assert_eq!(help("\"192.168.1.10:1883\""), "write `broker: { host: 192.168.1.10, port: 1883 }`");
    assert_eq!(help("broker.local"), "write `broker: { host: broker.local }`");
    assert_eq!(help("\"mqtt://me:hunter2@b\""), "write `broker: { host: 192.168.1.10 }`");
}
