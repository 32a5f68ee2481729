//! Reading `nodes:`, `layouts:` and `clients:`.

use super::foreign::Room;
use super::reader::Reader;
use super::tree::Tree;
use super::written::{AddressSpec, ClientSpec, Named, NodeSpec};
use crate::diag::{Diagnostic, codes};
use crate::text::{At, Span, Text};

/// Where a role is wired.
struct WiringSpec {
    pin: Option<Text>,
    pins: Option<Vec<Named<Text>>>,
    allow: Option<Vec<Named<Text>>>,
}

impl Reader<'_> {
    pub(super) fn layouts(
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

    pub(super) fn nodes(&mut self, tree: &Tree) -> Vec<Named<NodeSpec>> {
        self.named(tree, "a map of nodes", |reader, tree, _| {
            let mut map = reader.map(tree, "a node (`{ board: nodemcuv2, roles: { … } }`)")?.of(Room::Node);
            map.later(&["update"]);
            let board = map.must(reader, "board", "write which board it is: `board: nodemcuv2`");
            let board = board.and_then(|tree| reader.text(tree, "the name of a board"));
            let ip = map.maybe("ip").map(|tree| reader.address(tree));
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
            let reserved = map.maybe("reserved").map_or(Vec::new(), |tree| reader.reserved(tree));
            map.finish(reader);
            Some(NodeSpec { board: board?, common: false, ip: ip.flatten(), roles: roles?, pins, allow, reserved })
        })
    }

    /// Pins that something else is wired to.
    fn reserved(&mut self, tree: &Tree) -> Vec<Named<Text>> {
        self.named(tree, "a map from pins to what is wired there (`{ D5: \"a strip of LEDs\" }`)", |reader, tree, _| {
            reader.text(tree, "what is wired there, as a text")
        })
    }

    /// `ip` of a node.
    fn address(&mut self, tree: &Tree) -> Option<AddressSpec> {
        const EXPECTED: &str = "a fixed address (`{ address: 192.168.1.31/24, gateway: 192.168.1.1 }`)";
        let mut map = self.map(tree, EXPECTED)?.of(Room::Address);
        let address = map.must(self, "address", "write it with the length of its net: `address: 192.168.1.31/24`");
        let address = address.and_then(|tree| self.text(tree, "an address (`192.168.1.31/24`)"));
        let gateway = map.must(self, "gateway", "write the address of the router: `gateway: 192.168.1.1`");
        let gateway = gateway.and_then(|tree| self.text(tree, "an address (`192.168.1.1`)"));
        let dns = map.maybe("dns").and_then(|tree| self.text(tree, "an address (`192.168.1.1`)"));
        map.finish(self);
        Some(AddressSpec { address: address?, gateway: gateway?, dns })
    }

    /// A role's pin, or its pins by their names, and what is allowed there.
    fn wiring(&mut self, tree: &Tree) -> Option<WiringSpec> {
        let mut map = self.map(tree, "`{ pin: D1 }`, or `{}` for a role without a pin")?.of(Room::Wiring);
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

    pub(super) fn client(&mut self, tree: &Tree) -> Option<ClientSpec> {
        let mut map = self.map(tree, "a client (`{ subscribe: [topic] }`)")?.of(Room::Client);
        let publish = map.maybe("publish").map_or(Vec::new(), |tree| self.texts(tree, "a topic"));
        let set = map.maybe("set").map_or(Vec::new(), |tree| self.texts(tree, "a topic"));
        let subscribe = map.maybe("subscribe").map_or(Vec::new(), |tree| self.texts(tree, "a topic or \"*\""));
        map.finish(self);
        Some(ClientSpec { publish, set, subscribe })
    }
}
