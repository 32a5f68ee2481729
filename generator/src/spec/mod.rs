//! The fleet file as written. Knows the shape of the file, nothing of pins, other nodes or meanings.

mod boards;
mod copies;
mod custom;
pub mod events;
mod include;
mod model;
pub(crate) mod reader;
mod roles;
mod scenarios;
pub mod schema;
mod tree;
mod yaml;

pub use boards::BoardSpec;
pub use include::{Wanted, wanted};
pub use model::*;
pub use scenarios::{ActSpec, ExpectSpec, NodeFault, StepSpec};

use crate::diag::{Diagnostic, Diagnostics, Findings, codes};
use crate::source::{Source, Span};
use reader::Reader;
use tree::{Kind, Tree};

/// Where a role is wired.
struct WiringSpec {
    pin: Option<Text>,
    pins: Option<Vec<Named<Text>>>,
    allow: Option<Vec<Named<Text>>>,
}

/// Reads a fleet file; all findings about its shape at once.
pub fn parse(source: &Source) -> Result<Spec, Diagnostics> {
    let mut findings = Findings::default();
    let tree = include::whole(source, &mut findings);
    let spec = tree.and_then(|tree| Reader { findings: &mut findings }.spec(&tree));
    findings.seam(spec).map(|(spec, _)| spec)
}

impl Reader<'_> {
    fn spec(&mut self, tree: &Tree) -> Option<Spec> {
        let mut map = self.map(tree, "a fleet (`fleet: name`, `topics:`, `roles:`, …)")?;
        map.maybe("include");
        map.later(&["update"]);
        let fleet = map.must(self, "fleet", "write `fleet: name` at the top");
        let fleet = fleet.and_then(|tree| self.text(tree, "a name"));
        let wifi = map.maybe("wifi").and_then(|tree| self.wifi(tree));
        let broker = map.must(self, "broker", "write `broker: { host: 192.168.1.10, security: password }`");
        let broker = broker.and_then(|tree| self.broker(tree));
        let topics = map.must(self, "topics", "write `topics:` and below it `name: { payload: percent }`");
        let roles =
            map.must(self, "roles", "write `roles:` and below it `name: { switch_output: { subscribe: topic } }`");
        let mut copies = self.copies(&mut map, [topics, roles]);
        let topics = topics.map(|tree| self.named(tree, "a map of topics", |reader, tree, _| reader.topic(tree)));
        let roles = roles.map(|tree| self.named(tree, "a map of roles", |reader, tree, _| reader.role(tree)));
        let common = map.maybe("common").map(|tree| self.common(tree, copies.is_some()));
        let layouts = map.maybe("layouts");
        let nodes = map.maybe("nodes");
        if let Some(copies) = &mut copies {
            copies.repeated.extend([layouts, nodes].into_iter().flatten().flat_map(Tree::places));
        }
        let mut layouts = self.layouts(layouts, nodes, map.span);
        let mut roles = roles;
        if let Some(common) = common.flatten() {
            roles.iter_mut().for_each(|roles| roles.extend(common.roles.clone()));
            layouts.iter_mut().for_each(|layout| layout.value.extend(common.nodes.clone()));
        }
        let boards = map.maybe("boards").map_or(Vec::new(), |tree| self.boards(tree));
        let clients = map
            .maybe("clients")
            .map_or(Vec::new(), |tree| self.named(tree, "a map of clients", |reader, tree, _| reader.client(tree)));
        let scenarios = map
            .maybe("scenarios")
            .map_or(Vec::new(), |tree| self.named(tree, "a map of scenarios", |reader, tree, _| reader.scenario(tree)));
        map.finish(self);
        Some(Spec {
            fleet: fleet?,
            wifi,
            broker: broker?,
            topics: topics?,
            roles: roles?,
            layouts,
            clients,
            copies,
            scenarios,
            boards,
        })
    }

    fn wifi(&mut self, tree: &Tree) -> Option<WifiSpec> {
        let mut map = self.map(tree, "a map with `ssid` and `password`")?;
        let ssid = map.must(self, "ssid", "write `ssid: !secret wifi_ssid`").and_then(|tree| self.setting(tree));
        let password =
            map.must(self, "password", "write `password: !secret wifi_password`").and_then(|tree| self.setting(tree));
        map.finish(self);
        Some(WifiSpec { ssid: ssid?, password: password? })
    }

    fn setting(&mut self, tree: &Tree) -> Option<SettingSpec> {
        match &tree.kind {
            Kind::Secret(name) => Some(SettingSpec::Secret(At { value: name.clone(), span: tree.span })),
            _ => self.text(tree, "a text or `!secret name`").map(SettingSpec::Plain),
        }
    }

    fn broker(&mut self, tree: &Tree) -> Option<BrokerSpec> {
        let mut map = self.map(tree, "a map with `host` and `security`")?;
        let engine = map.maybe("engine").and_then(|tree| self.text(tree, "`mosquitto` or `ejabberd`"));
        let hosts = map.maybe("hosts").map(|tree| match &tree.kind {
            Kind::List(items) if !items.is_empty() => self.texts(tree, "an address or a name"),
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

    fn topic(&mut self, tree: &Tree) -> Option<TopicSpec> {
        let mut map = self.map(tree, "a topic (`{ payload: percent }`)")?;
        let path = map.maybe("path").and_then(|tree| self.text(tree, "an MQTT topic name"));
        let payload = map.must(self, "payload", "say what its messages look like: `payload: percent`");
        let payload = payload.and_then(|tree| self.payload(tree).map(|value| At { value, span: tree.span }));
        let retain = map.maybe("retain").and_then(|tree| self.flag(tree)).unwrap_or(false);
        let qos = map.maybe("qos").and_then(|tree| self.whole(tree, 0, 1));
        let scope = map.maybe("scope").and_then(|tree| self.text(tree, "`shared`"));
        map.finish(self);
        Some(TopicSpec { path, payload: payload?, retain, qos, scope })
    }

    fn payload(&mut self, tree: &Tree) -> Option<PayloadSpec> {
        const EXPECTED: &str =
            "`percent`, `bit`, `{ one_of: [a, b] }`, `{ number: { min: 0, max: 50 } }` or `{ text: { max: 64 } }`";
        match &tree.kind {
            Kind::Scalar { text, .. } if text == "percent" => return Some(PayloadSpec::Percent),
            Kind::Scalar { text, .. } if text == "bit" => return Some(PayloadSpec::Bit),
            Kind::Map(_) => {}
            _ => {
                self.wrong(tree, EXPECTED);
                return None;
            }
        }
        let (key, value) = self.map(tree, EXPECTED)?.only(self, EXPECTED)?;
        match key.text.as_str() {
            "one_of" => match &value.kind {
                Kind::List(_) => Some(PayloadSpec::OneOf(self.texts(value, "a label"))),
                _ => {
                    self.wrong(value, "a list of labels");
                    None
                }
            },
            "number" => {
                let mut map = self.map(value, "a map with `min` and `max`")?;
                let min = map.must(self, "min", "write the smallest value: `min: 0`");
                let min = min.and_then(|tree| self.text(tree, "a number"));
                let max = map.must(self, "max", "write the largest value: `max: 50`");
                let max = max.and_then(|tree| self.text(tree, "a number"));
                let step = map.maybe("step").and_then(|tree| self.text(tree, "a number"));
                let unit = map.maybe("unit").and_then(|tree| self.text(tree, "a unit"));
                map.finish(self);
                Some(PayloadSpec::Number { min: min?, max: max?, step, unit })
            }
            "text" => {
                let mut map = self.map(value, "a map with `max`")?;
                let max = map.must(self, "max", "write the longest text in bytes: `max: 64`");
                let max = max.and_then(|tree| self.whole(tree, 1, 256));
                map.finish(self);
                Some(PayloadSpec::Text { max: max? })
            }
            _ => {
                let help = crate::diag::near(&key.text, ["percent", "bit", "one_of", "number", "text"]);
                let message = format!("there is no payload `{}`", key.text);
                self.findings.push(
                    Diagnostic::error(codes::UNKNOWN_KEY, key.span, message)
                        .maybe_help(help)
                        .help(format!("what can stand here: {EXPECTED}")),
                );
                None
            }
        }
    }

    fn layouts(
        &mut self,
        layouts: Option<&Tree>,
        nodes: Option<&Tree>,
        whole: Span,
    ) -> Vec<Named<Vec<Named<NodeSpec>>>> {
        match (layouts, nodes) {
            (Some(_), Some(nodes)) => {
                let message = "a fleet has `layouts:` or `nodes:`, not both";
                let finding = Diagnostic::error(codes::UNKNOWN_KEY, nodes.span, message);
                self.findings.push(finding.help("move these nodes into a layout"));
                Vec::new()
            }
            (None, None) => {
                let help = "write `nodes:` and below it `name: { board: nodemcuv2, roles: { … } }`";
                let finding = Diagnostic::error(codes::MISSING_KEY, whole, "`nodes` or `layouts` is missing here");
                self.findings.push(finding.help(help));
                Vec::new()
            }
            (None, Some(tree)) => {
                let name = At { value: "default".to_owned(), span: tree.span };
                vec![Named { name, value: self.nodes(tree) }]
            }
            (Some(tree), None) => self.named(tree, "a map of layouts", |reader, tree, _| {
                let mut map = reader.map(tree, "a layout (`nodes:`)")?;
                let nodes = map.must(reader, "nodes", "write `nodes:` and the layout's boards below it");
                map.finish(reader);
                nodes.map(|tree| reader.nodes(tree))
            }),
        }
    }

    fn nodes(&mut self, tree: &Tree) -> Vec<Named<NodeSpec>> {
        self.named(tree, "a map of nodes", |reader, tree, _| {
            let mut map = reader.map(tree, "a node (`{ board: nodemcuv2, roles: { … } }`)")?;
            map.later(&["update"]);
            let board = map.must(reader, "board", "write which board it is: `board: nodemcuv2`");
            let board = board.and_then(|tree| reader.text(tree, "the name of a board"));
            let roles = map.must(reader, "roles", "write what it does: `roles: { lamp: { pin: D1 } }`");
            let (mut pins, mut allow) = (Vec::new(), Vec::new());
            let roles = roles.map(|tree| {
                reader.named(tree, "a map of roles", |reader, tree, name| {
                    let wiring = reader.wiring(tree)?;
                    pins.extend(wiring.pins.map(|value| Named { name: name.clone(), value }));
                    allow.extend(wiring.allow.map(|value| Named { name: name.clone(), value }));
                    Some(wiring.pin)
                })
            });
            map.finish(reader);
            Some(NodeSpec { board: board?, common: false, roles: roles?, pins, allow })
        })
    }

    /// A role's pin, or its pins by their names, and what is allowed there.
    fn wiring(&mut self, tree: &Tree) -> Option<WiringSpec> {
        let mut map = self.map(tree, "`{ pin: D1 }`, or `{}` for a role without a pin")?;
        let pins = map.maybe("pins").map(|tree| self.named_pins(tree));
        let pin = map.maybe("pin").map(|tree| self.text(tree, "a pin (`D1`, `GPIO5`, `5` or `auto`)"));
        let allow = map.maybe("allow").map(|tree| {
            self.named(tree, "a map from warnings to reasons (`{ boot-high: \"…\" }`)", |reader, tree, _| {
                reader.text(tree, "a reason, as a text")
            })
        });
        map.finish(self);
        let pin = match pin {
            Some(pin) => Some(pin?),
            None => None,
        };
        Some(WiringSpec { pin, pins, allow })
    }

    fn client(&mut self, tree: &Tree) -> Option<ClientSpec> {
        let mut map = self.map(tree, "a client (`{ subscribe: [topic] }`)")?;
        let publish = map.maybe("publish").map_or(Vec::new(), |tree| self.texts(tree, "a topic"));
        let subscribe = map.maybe("subscribe").map_or(Vec::new(), |tree| self.texts(tree, "a topic or \"*\""));
        map.finish(self);
        Some(ClientSpec { publish, subscribe })
    }
}
