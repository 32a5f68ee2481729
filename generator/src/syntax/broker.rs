//! Reading `broker:` and `wifi:`.

use super::foreign::Room;
use super::reader::{Map, Reader};
use super::tree::{Tree, ValueKind};
use super::written::{BrokerSpec, NetworkSpec, SettingSpec, WifiSpec};
use crate::diag::{Diagnostic, codes};
use crate::text::At;

impl Reader<'_> {
    pub(super) fn wifi(&mut self, tree: &Tree) -> Option<WifiSpec> {
        let mut map = self.map(tree, "a map with `ssid` and `password`, or with `networks`")?.of(Room::Wifi);
        let power_save = map.maybe("power_save").and_then(|tree| self.text(tree, "`none`, `modem` or `light`"));
        let networks = match map.maybe("networks") {
            None => self.network(&mut map).map(|network| vec![network]),
            Some(networks) => {
                for key in ["ssid", "password", "hidden"] {
                    if let Some(value) = map.maybe(key) {
                        let message = format!("`{key}` stands beside `networks`");
                        let finding = Diagnostic::error(codes::UNKNOWN_KEY, value.span, message);
                        let finding = finding.related(networks.span, "the networks");
                        self.findings.push(finding.help("move it into an entry of `networks:`"));
                    }
                }
                self.networks(networks)
            }
        };
        map.finish(self);
        Some(WifiSpec { networks: networks?, power_save })
    }

    /// `networks`; the list is not empty.
    fn networks(&mut self, tree: &Tree) -> Option<Vec<NetworkSpec>> {
        const EXPECTED: &str =
            "a list of networks (`[ { ssid: !secret wifi_ssid, password: !secret wifi_password } ]`)";
        let ValueKind::List(items) = &tree.kind else {
            self.wrong(tree, EXPECTED);
            return None;
        };
        if items.is_empty() {
            let help =
                "a node without a network reaches no broker; where all topics stay inside of nodes, leave `wifi:` out";
            self.wrong_but(tree, EXPECTED, Some(help.to_owned()));
            return None;
        }
        let read = |item| {
            let mut map =
                self.map(item, "a network (`{ ssid: !secret wifi_ssid, password: !secret wifi_password }`)")?;
            map = map.of(Room::Network);
            let network = self.network(&mut map);
            map.finish(self);
            network
        };
        // A network that can't be read is a finding already.
        Some(items.iter().filter_map(read).collect())
    }

    /// `ssid`, `password` and `hidden`, which is for people: nodes ask for every network by its name, hidden or not.
    fn network(&mut self, map: &mut Map<'_>) -> Option<NetworkSpec> {
        let ssid = map.must(self, "ssid", "write `ssid: !secret wifi_ssid`").and_then(|tree| self.setting(tree));
        let help = "write `password: !secret wifi_password`, or `password: \"\"` for an open network";
        let password = map.must(self, "password", help).and_then(|tree| self.setting(tree));
        map.maybe("hidden").and_then(|tree| self.flag(tree));
        Some(NetworkSpec { ssid: ssid?, password: password? })
    }

    fn setting(&mut self, tree: &Tree) -> Option<SettingSpec> {
        match &tree.kind {
            ValueKind::Secret(name) => Some(SettingSpec::Secret(At { value: name.clone(), span: tree.span })),
            _ => self.text(tree, "a text or `!secret name`").map(SettingSpec::Plain),
        }
    }

    pub(super) fn broker(&mut self, tree: &Tree) -> Option<BrokerSpec> {
        const EXPECTED: &str = "a map with `host` and `security`";
        if let ValueKind::Scalar { text, .. } = &tree.kind {
            self.wrong_but(tree, EXPECTED, in_one_text(text));
            return None;
        }
        let mut map = self.map(tree, EXPECTED)?.of(Room::Broker);
        let engine = map.maybe("engine").and_then(|tree| self.text(tree, "`mosquitto` or `ejabberd`"));
        let hosts = map.maybe("hosts").map(|tree| match &tree.kind {
            ValueKind::List(items) if !items.is_empty() => self.texts(tree, "an address or a name"),
            _ => {
                self.wrong(tree, "a list of addresses or names");
                Vec::new()
            }
        });
        let host = match &hosts {
            None => map.must(self, "host", "write where the nodes find it: `host: 192.168.1.10`"),
            Some(_) => map.maybe("host"),
        };
        let host = host.and_then(|tree| self.text(tree, "an address or a name"));
        let hosts = hosts.unwrap_or_default();
        let port = map.maybe("port").and_then(|tree| self.whole(tree, 1, 65_535));
        let security =
            map.maybe("security").and_then(|tree| self.text(tree, "`password`, `tls`, `tls-pinned` or `open`"));
        let certificate_port = map.maybe("certificate_port").and_then(|tree| self.whole(tree, 1, 65_535));
        map.finish(self);
        let found = host.is_some() || !hosts.is_empty();
        found.then_some(BrokerSpec { engine, host, hosts, port, security, certificate_port })
    }
}

/// How to write `broker: "192.168.1.10:1883"`. What else stands in the text, as in a URL, is not repeated.
fn in_one_text(text: &str) -> Option<String> {
    let (host, port) = text.split_once(':').unwrap_or((text, ""));
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if host.is_empty() || !host.chars().all(is_host) || !port.chars().all(|c| c.is_ascii_digit()) {
        return Some("write `broker: { host: 192.168.1.10 }`".to_owned());
    }
    let port = if port.is_empty() { String::new() } else { format!(", port: {port}") };
    Some(format!("write `broker: {{ host: {host}{port} }}`"))
}
