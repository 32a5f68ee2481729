//! Reading a fleet file from its top.

use super::foreign::Room;
use super::reader::Reader;
use super::tree::Tree;
use super::written::Spec;

impl Reader<'_> {
    pub(super) fn spec(&mut self, tree: &Tree) -> Option<Spec> {
        let mut map = self.map(tree, "a fleet (`fleet: name`, `topics:`, `roles:`, …)")?.of(Room::Fleet);
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
            copies.repeated.extend([layouts, nodes].into_iter().flatten().flat_map(Tree::spans));
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
}
