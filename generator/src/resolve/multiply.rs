//! The whole fleet, from the one that was resolved with the values of the first copy.

use super::copies::Copies;
use super::states::REQUESTS;
use super::{addresses, names};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{
    Client, Fleet, Layout, Node, Role, RoleId, Scenario, StaticAddress, Subscription, Topic, TopicId, TopicKind,
};
use crate::syntax::{AddressSpec, Named, NodeSpec, Spec};
use crate::text::Span;
use std::collections::{BTreeMap, BTreeSet};

/// For each topic and each role of the first copy the indices of its copies; what exists once has one.
struct Indices {
    topics: Vec<Vec<usize>>,
    roles: Vec<Vec<usize>>,
}

impl Indices {
    /// A topic in a copy.
    fn topic(&self, id: TopicId, copy: usize) -> TopicId {
        let copies = &self.topics[id.0];
        TopicId(copies[copy.min(copies.len() - 1)])
    }

    /// A role in a copy.
    fn role(&self, id: RoleId, copy: usize) -> RoleId {
        let copies = &self.roles[id.0];
        RoleId(copies[copy.min(copies.len() - 1)])
    }

    /// These topics in all copies.
    fn spread(&self, ids: &[TopicId]) -> Vec<TopicId> {
        ids.iter().flat_map(|id| self.topics[id.0].iter().copied().map(TopicId)).collect()
    }
}

impl Copies<'_> {
    /// Roles on nodes that exist once, by their indices, and where that node is named.
    fn common_roles(&self, spec: &Spec, fleet: &Fleet) -> BTreeMap<RoleId, Span> {
        let mut common = BTreeMap::new();
        for (layout, written) in fleet.layouts.iter().zip(&spec.layouts) {
            for (node, written) in layout.nodes.iter().zip(&written.value).filter(|(_, written)| written.value.common) {
                common.extend(node.roles.iter().map(|(role, _)| (*role, written.name.span)));
            }
        }
        common
    }

    /// The whole fleet, from the one that the sample gave.
    pub(super) fn multiply(&self, fleet: Fleet, spec: &Spec, findings: &mut Findings) -> Fleet {
        let common = self.common_roles(spec, &fleet);
        self.check_common(&fleet, spec, &common, findings);
        self.check_owners(&fleet, spec, &common, findings);
        if findings.has_errors() {
            return fleet;
        }
        let (topics, topic_indices) = self.topics(&fleet, spec);
        let mut indices = Indices { topics: topic_indices, roles: Vec::new() };
        let roles = self.roles(&fleet, &common, &mut indices);
        let layouts = fleet.layouts.iter().zip(&spec.layouts).map(|(layout, written)| {
            let nodes = layout.nodes.iter().zip(&written.value);
            let copied = |(node, written): (&Node, &Named<NodeSpec>)| self.nodes(node, written, &indices, findings);
            Layout { name: layout.name.clone(), nodes: nodes.flat_map(copied).collect() }
        });
        let layouts = layouts.collect();
        let clients = fleet.clients.iter().map(|client| Client {
            name: client.name.clone(),
            publish: indices.spread(&client.publish),
            subscribe: match &client.subscribe {
                Subscription::Everything => Subscription::Everything,
                Subscription::Topics(topics) => Subscription::Topics(indices.spread(topics)),
            },
        });
        let clients = clients.collect();
        let mut scenarios = fleet.scenarios;
        in_first_copy(&mut scenarios, &fleet.roles, &roles, &indices);
        let fleet = Fleet { topics, roles, layouts, clients, scenarios, ..fleet };
        self.check_names(&fleet, findings);
        fleet
    }

    /// The topics of all copies, and for each topic of the sample where its copies are.
    fn topics(&self, fleet: &Fleet, spec: &Spec) -> (Vec<Topic>, Vec<Vec<usize>>) {
        let (mut topics, mut indices) = (Vec::new(), Vec::<Vec<usize>>::new());
        for (index, topic) in fleet.topics.iter().enumerate() {
            let written = &spec.topics[fleet.subject(TopicId(index)).0];
            let count = if self.is_shared(&written.name.value) { 1 } else { self.all.len() };
            indices.push((topics.len()..topics.len() + count).collect());
            let template = written.value.path.as_ref().unwrap_or(&written.name);
            let behind = if topic.state().is_some() { REQUESTS } else { "" };
            for copy in self.all.iter().take(count) {
                topics.push(Topic { path: self.fill(&template.value, copy) + behind, ..topic.clone() });
            }
        }
        for copies in &indices {
            for (number, at) in copies.iter().enumerate() {
                match &mut topics[*at].kind {
                    TopicKind::Plain => {}
                    // Both parts of a state have as many copies.
                    TopicKind::State { requests: other } | TopicKind::Requests { state: other } => {
                        *other = TopicId(indices[other.0][number]);
                    }
                }
            }
        }
        (topics, indices)
    }

    /// The roles of all copies; fills in where they are.
    fn roles(&self, fleet: &Fleet, common: &BTreeMap<RoleId, Span>, indices: &mut Indices) -> Vec<Role> {
        let mut roles = Vec::new();
        for (index, role) in fleet.roles.iter().enumerate() {
            let once = common.contains_key(&RoleId(index));
            let count = if once { 1 } else { self.all.len() };
            indices.roles.push((roles.len()..roles.len() + count).collect());
            for (number, copy) in self.all.iter().enumerate().take(count) {
                let mut kind = role.kind.clone();
                kind.topics_mut(&mut |id| *id = indices.topic(*id, number));
                let key = if once { role.key.clone() } else { format!("{}-{}", role.key, Self::label(copy)) };
                roles.push(Role { key, name: role.name.clone(), kind });
            }
        }
        roles
    }

    /// A node in all copies.
    fn nodes(&self, node: &Node, written: &Named<NodeSpec>, indices: &Indices, findings: &mut Findings) -> Vec<Node> {
        let (count, template) = (self.count(&written.value), &written.name.value);
        let ip = written.value.ip.as_ref().filter(|_| count > 1);
        let copied = |(number, copy): (usize, &Vec<&str>)| Node {
            ip: ip.map_or(node.ip, |ip| self.address(ip, copy, findings)),
            pins: node.pins.iter().map(|(id, pins)| (indices.role(*id, number), pins.clone())).collect(),
            name: if count == 1 { node.name.clone() } else { self.fill(template, copy) },
            template: (count > 1).then(|| template.clone()),
            board: node.board.clone(),
            roles: node.roles.iter().map(|(id, pin)| (indices.role(*id, number), pin.clone())).collect(),
            reserved: node.reserved.clone(),
        };
        self.all.iter().enumerate().take(count).map(copied).collect()
    }

    /// The fixed address of a copy of a node. What is wrong in one copy is told once.
    fn address(&self, ip: &AddressSpec, copy: &[&str], findings: &mut Findings) -> Option<StaticAddress> {
        if findings.has_errors() {
            return None;
        }
        let mut own = Findings::default();
        let address = addresses::resolve(&self.fill_address(ip, copy), &mut own);
        match own.seam(Some(address)) {
            Ok((address, _)) => address,
            Err(found) => {
                let note = format!("so it is in the copy with {}", self.described(copy));
                found.0.into_iter().for_each(|finding| findings.push(finding.note(note.clone())));
                None
            }
        }
    }

    /// What exists once can't belong to a copy.
    fn check_common(&self, fleet: &Fleet, spec: &Spec, common: &BTreeMap<RoleId, Span>, findings: &mut Findings) {
        for (id, node) in common {
            let (role, written) = (&fleet.roles[id.0], &spec.roles[id.0]);
            let topics = role.kind.subscriptions().into_iter().chain(role.kind.publications());
            let topics: BTreeSet<TopicId> = topics.map(|topic| fleet.subject(topic)).collect();
            for topic in topics.iter().map(|topic| &fleet.topics[topic.0]).filter(|topic| !self.is_shared(&topic.key)) {
                let message = format!(
                    "`{}` exists once, and each of the {} copies has a `{}` of its own",
                    role.key,
                    self.all.len(),
                    topic.key
                );
                findings.push(
                    Diagnostic::error(codes::COPIES_COLLIDE, written.name.span, message)
                        .label("which one does it mean?")
                        .related(*node, "its node exists once")
                        .help(format!(
                            "share the topic, `shared: [ {} ]`, or move the role to a node that is copied",
                            topic.key
                        )),
                );
            }
            for (layout, nodes) in fleet.layouts.iter().zip(&spec.layouts) {
                for (on, written) in layout.nodes.iter().zip(&nodes.value) {
                    if !written.value.common && on.roles.iter().any(|(other, _)| other == id) {
                        let message = format!("`{}` is on a node that exists once, and here in every copy", role.key);
                        findings.push(
                            Diagnostic::error(codes::COPIES_COLLIDE, written.name.span, message)
                                .related(*node, "the node that exists once")
                                .help("describe a second role"),
                        );
                    }
                }
            }
        }
    }

    /// A role of every copy can't own a state that exists once.
    fn check_owners(&self, fleet: &Fleet, spec: &Spec, common: &BTreeMap<RoleId, Span>, findings: &mut Findings) {
        let copied = fleet.roles.iter().zip(&spec.roles).enumerate();
        for (_, (role, written)) in copied.filter(|(index, _)| !common.contains_key(&RoleId(*index))) {
            for (id, topic) in role.kind.publications().iter().map(|id| (id, &fleet.topics[id.0])) {
                if self.all.len() > 1 && topic.requests().is_some() && self.is_shared(&topic.key) {
                    let message = format!("{} copies of `{}` would own `{}`", self.all.len(), role.key, topic.key);
                    findings.push(
                        Diagnostic::error(codes::OWNER, written.name.span, message)
                            .related(spec.topics[id.0].name.span, "exists once")
                            .help("give each copy a topic of its own, or let a role below `common:` own it"),
                    );
                }
            }
        }
    }

    /// Templates with every variable can still make one name of two copies: `a{x}{y}` with 1, 11 and 11, 1.
    fn check_names(&self, fleet: &Fleet, findings: &mut Findings) {
        for layout in &fleet.layouts {
            let mut long =
                layout.nodes.iter().filter(|node| node.template.is_some() && names::is_long_for_a_host(&node.name));
            if let Some(node) = long.next() {
                findings.push(
                    Diagnostic::error(
                        codes::BAD_NAME,
                        self.spec.span,
                        format!("a copy of a node would be `{}`", node.name),
                    )
                    .note("the name of a node has 32 characters at most, since it is its name in the network")
                    .help("write a shorter name, or shorter values"),
                );
            }
        }
        let mut twice = |names: Vec<&str>, what: &str| {
            let mut seen = BTreeSet::new();
            if let Some(name) = names.into_iter().find(|name| !seen.insert(*name)) {
                let message = format!("two copies have {what} `{name}`");
                findings.push(
                    Diagnostic::error(codes::COPIES_COLLIDE, self.spec.span, message)
                        .help("put something between the variables, as in `{floor}-{room}`"),
                );
            }
        };
        for layout in &fleet.layouts {
            let clients = fleet.clients.iter().map(|client| client.name.as_str());
            twice(layout.nodes.iter().map(|node| node.name.as_str()).chain(clients).collect(), "the name");
        }
        twice(fleet.topics.iter().map(|topic| topic.path.as_str()).collect(), "the topic");
        twice(fleet.roles.iter().map(|role| role.key.as_str()).collect(), "the role");
    }
}

/// Scenarios play in the first copy.
fn in_first_copy(scenarios: &mut [Scenario], before: &[Role], roles: &[Role], indices: &Indices) {
    let role = |key: &mut String| {
        if let Some(index) = before.iter().position(|role| role.key == *key) {
            *key = roles[indices.role(RoleId(index), 0).0].key.clone();
        }
    };
    for step in scenarios.iter_mut().flat_map(|scenario| &mut scenario.steps) {
        step.act.rename(&role, &|topic| *topic = indices.topic(*topic, 0));
    }
}
