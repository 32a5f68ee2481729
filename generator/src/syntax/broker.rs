//! Reading `broker:` and `wifi:`.

use super::reader::Reader;
use super::tree::{Tree, ValueKind};
use super::written::{BrokerSpec, SettingSpec, WifiSpec};
use crate::text::At;

impl Reader<'_> {
    pub(super) fn wifi(&mut self, tree: &Tree) -> Option<WifiSpec> {
        let mut map = self.map(tree, "a map with `ssid` and `password`")?;
        let ssid = map.must(self, "ssid", "write `ssid: !secret wifi_ssid`").and_then(|tree| self.setting(tree));
        let password =
            map.must(self, "password", "write `password: !secret wifi_password`").and_then(|tree| self.setting(tree));
        map.finish(self);
        Some(WifiSpec { ssid: ssid?, password: password? })
    }

    fn setting(&mut self, tree: &Tree) -> Option<SettingSpec> {
        match &tree.kind {
            ValueKind::Secret(name) => Some(SettingSpec::Secret(At { value: name.clone(), span: tree.span })),
            _ => self.text(tree, "a text or `!secret name`").map(SettingSpec::Plain),
        }
    }

    pub(super) fn broker(&mut self, tree: &Tree) -> Option<BrokerSpec> {
        let mut map = self.map(tree, "a map with `host` and `security`")?;
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
