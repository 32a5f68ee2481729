//! Many of the same: `for_each` makes copies of topics, roles and nodes, all but those that exist once.
//!
//! The fleet is looked at with the values of the first copy, so that a mistake is found once and not in every copy;
//! what has no errors is multiplied.

use super::model::{Client, Fleet, Layout, Node, Role, RoleId, Subscription, Topic, TopicId};
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::source::Span;
use crate::spec::{ActSpec, CopiesSpec, Spec, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Copies at most; more are a slip in a range.
const MOST: usize = 10_000;

/// What `for_each` and `shared` say.
pub(super) struct Copies<'s> {
    spec: &'s CopiesSpec,
    /// The values of every copy, in the order of the variables.
    all: Vec<Vec<&'s str>>,
}

impl<'s> Copies<'s> {
    /// Reads them; `None`: the fleet has none, or no copy.
    pub(super) fn read(spec: &'s Spec, findings: &mut Findings) -> Option<Self> {
        let copies = spec.copies.as_ref()?;
        let count = copies.each.iter().try_fold(1_usize, |count, variable| count.checked_mul(variable.value.len()));
        if count.is_none_or(|count| count > MOST) {
            let message = format!("these are more than {MOST} copies");
            let help = "make a fleet of each building, or shorten the ranges";
            findings.push(Diagnostic::error(codes::BAD_VALUE, copies.span, message).help(help));
            return None;
        }
        let mut all = vec![Vec::new()];
        for variable in &copies.each {
            let more = |before: &Vec<&'s str>| {
                let values = variable.value.iter().map(String::as_str);
                let before = before.clone();
                values.map(move |value| before.iter().copied().chain([value]).collect::<Vec<_>>()).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(more).collect();
        }
        for name in &copies.shared {
            if !spec.topics.iter().any(|topic| topic.name.value == name.value) {
                let known = spec.topics.iter().map(|topic| topic.name.value.as_str());
                let message = format!("there is no topic `{}`", name.value);
                findings.push(
                    Diagnostic::error(codes::UNKNOWN_NAME, name.span, message).maybe_help(near(&name.value, known)),
                );
            }
        }
        (!all.is_empty() && !copies.each.is_empty()).then_some(Self { spec: copies, all })
    }

    fn is_shared(&self, topic: &str) -> bool {
        self.spec.shared.iter().any(|name| name.value == topic)
    }

    /// A template with the values of a copy: `campus/{floor}/{room}/light`.
    fn fill(&self, template: &str, copy: &[&str]) -> String {
        let pairs = self.spec.each.iter().zip(copy);
        pairs.fold(template.to_owned(), |text, (name, value)| text.replace(&format!("{{{}}}", name.name.value), value))
    }

    /// What a copy is called where something needs a name of its own: `2-07`.
    fn label(copy: &[&str]) -> String {
        copy.join("-")
    }

    /// `floor 1, room 01`
    fn described(&self, copy: &[&str]) -> String {
        let pairs = self.spec.each.iter().zip(copy);
        pairs.map(|(name, value)| format!("{} {value}", name.name.value)).collect::<Vec<_>>().join(", ")
    }

    /// The file as the first copy sees it.
    pub(super) fn sample(&self, spec: &Spec, findings: &mut Findings) -> Spec {
        let mut sample = spec.clone();
        let Some(first) = self.all.first() else { return sample };
        for topic in &mut sample.topics {
            let path = topic.value.path.get_or_insert_with(|| topic.name.clone());
            if self.is_shared(&topic.name.value) {
                self.refuse_variables(path, "is shared", findings);
            } else {
                self.check_template(path, ("the topic", "/"), findings);
                path.value = self.fill(&path.value, first).replace(['{', '}'], "");
            }
        }
        for node in sample.layouts.iter_mut().flat_map(|layout| &mut layout.value) {
            if node.value.common {
                self.refuse_variables(&node.name, "exists once", findings);
            } else {
                self.check_template(&node.name, ("the node", "-"), findings);
                // A variable that there is not is said above; it is no bad name as well.
                node.name.value = self.fill(&node.name.value, first).replace(['{', '}'], "");
            }
        }
        // Scenarios name nodes as the file does, and play in the first copy.
        for step in sample.scenarios.iter_mut().flat_map(|scenario| &mut scenario.value) {
            if let ActSpec::Node(_, name) = &mut step.act {
                name.value = self.fill(&name.value, first);
            }
        }
        sample
    }

    /// A template must name every variable, or copies would be one; and no other.
    fn check_template(&self, text: &Text, (what, between): (&str, &str), findings: &mut Findings) {
        let known: Vec<&str> = self.spec.each.iter().map(|variable| variable.name.value.as_str()).collect();
        let unknown: Vec<&str> = variables(&text.value).filter(|name| !known.contains(name)).collect();
        for name in &unknown {
            let message = format!("`for_each` has no variable `{name}`");
            findings.push(
                Diagnostic::error(codes::UNKNOWN_NAME, text.span, message)
                    .maybe_help(near(name, known.iter().copied()))
                    .help(format!("it has: {}", known.join(", "))),
            );
        }
        let varied = self.spec.each.iter().filter(|variable| variable.value.len() > 1);
        let missing: Vec<String> = varied
            .map(|variable| format!("{{{}}}", variable.name.value))
            .filter(|variable| !text.value.contains(variable.as_str()))
            .collect();
        if !missing.is_empty() && unknown.is_empty() {
            let count = self.all.len();
            let message = format!("{what} `{}` would be the same in several of the {count} copies", text.value);
            findings.push(
                Diagnostic::error(codes::COPIES_COLLIDE, text.span, message)
                    .related(self.spec.span, "the copies")
                    .help(format!("add {}: `{}{between}{}`", missing.join(" and "), text.value, missing.join(between)))
                    .help("or let it exist once: a topic in `shared: [ … ]`, a node below `common:`"),
            );
        }
    }

    fn refuse_variables(&self, text: &Text, why: &str, findings: &mut Findings) {
        if let Some(name) = variables(&text.value).next() {
            let message = format!("`{}` {why}, so `{{{name}}}` has no value", text.value);
            findings.push(
                Diagnostic::error(codes::COPIES_COLLIDE, text.span, message)
                    .related(self.spec.span, "the copies")
                    .help("write a name without variables"),
            );
        }
    }

    /// Roles on nodes that exist once, by their places, and where that node is named.
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
        if findings.has_errors() {
            return fleet;
        }
        let (topics, places) = self.topics(&fleet, spec);
        let at = |id: TopicId, copy: usize| {
            let copies = &places[id.0];
            TopicId(copies[copy.min(copies.len() - 1)])
        };
        let mut roles = Vec::new();
        let mut role_places: Vec<Vec<usize>> = Vec::new();
        for (index, role) in fleet.roles.iter().enumerate() {
            let once = common.contains_key(&RoleId(index));
            let count = if once { 1 } else { self.all.len() };
            role_places.push((roles.len()..roles.len() + count).collect());
            for (number, copy) in self.all.iter().enumerate().take(count) {
                let mut kind = role.kind.clone();
                kind.topics_mut(&mut |id| *id = at(*id, number));
                let key = if once { role.key.clone() } else { format!("{}-{}", role.key, Self::label(copy)) };
                roles.push(Role { key, name: role.name.clone(), kind });
            }
        }
        let layouts = fleet.layouts.iter().zip(&spec.layouts).map(|(layout, written)| {
            let mut nodes = Vec::new();
            for (node, written) in layout.nodes.iter().zip(&written.value) {
                let count = if written.value.common { 1 } else { self.all.len() };
                for (number, copy) in self.all.iter().enumerate().take(count) {
                    let copied = |id: &RoleId| {
                        let copies = &role_places[id.0];
                        RoleId(copies[number.min(copies.len() - 1)])
                    };
                    let pins = node.pins.iter().map(|(id, pins)| (copied(id), pins.clone()));
                    nodes.push(Node {
                        pins: pins.collect(),
                        name: if count == 1 { node.name.clone() } else { self.fill(&written.name.value, copy) },
                        template: (count > 1).then(|| written.name.value.clone()),
                        board: node.board.clone(),
                        roles: node.roles.iter().map(|(id, pin)| (copied(id), pin.clone())).collect(),
                    });
                }
            }
            Layout { name: layout.name.clone(), nodes }
        });
        let layouts = layouts.collect();
        let spread = |ids: &[TopicId]| ids.iter().flat_map(|id| places[id.0].iter().copied().map(TopicId)).collect();
        let clients = fleet.clients.iter().map(|client| Client {
            name: client.name.clone(),
            publish: spread(&client.publish),
            subscribe: match &client.subscribe {
                Subscription::Everything => Subscription::Everything,
                Subscription::Topics(topics) => Subscription::Topics(spread(topics)),
            },
        });
        let clients = clients.collect();
        let mut scenarios = fleet.scenarios;
        let first = |key: &mut String| {
            if let Some(place) = fleet.roles.iter().position(|role| role.key == *key) {
                *key = roles[role_places[place][0]].key.clone();
            }
        };
        for step in scenarios.iter_mut().flat_map(|scenario| &mut scenario.steps) {
            step.act.rename(&first, &|topic| *topic = at(*topic, 0));
        }
        let fleet = Fleet { topics, roles, layouts, clients, scenarios, ..fleet };
        self.check_names(&fleet, findings);
        fleet
    }

    /// The topics of all copies, and for each topic of the sample where its copies are.
    fn topics(&self, fleet: &Fleet, spec: &Spec) -> (Vec<Topic>, Vec<Vec<usize>>) {
        let (mut topics, mut places) = (Vec::new(), Vec::new());
        for (topic, written) in fleet.topics.iter().zip(&spec.topics) {
            let count = if self.is_shared(&topic.key) { 1 } else { self.all.len() };
            places.push((topics.len()..topics.len() + count).collect());
            let template = written.value.path.as_ref().unwrap_or(&written.name);
            for copy in self.all.iter().take(count) {
                topics.push(Topic { path: self.fill(&template.value, copy), ..topic.clone() });
            }
        }
        (topics, places)
    }

    /// What exists once can't belong to a copy.
    fn check_common(&self, fleet: &Fleet, spec: &Spec, common: &BTreeMap<RoleId, Span>, findings: &mut Findings) {
        for (id, node) in common {
            let (role, written) = (&fleet.roles[id.0], &spec.roles[id.0]);
            let topics: BTreeSet<TopicId> = role.kind.hears().into_iter().chain(role.kind.says()).collect();
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
                for (place, written) in layout.nodes.iter().zip(&nodes.value) {
                    if !written.value.common && place.roles.iter().any(|(other, _)| other == id) {
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

    /// Templates with every variable can still make one name of two copies: `a{x}{y}` with 1, 11 and 11, 1.
    fn check_names(&self, fleet: &Fleet, findings: &mut Findings) {
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

    /// Says on each finding in a repeated place for which copy it was found.
    pub(super) fn explain(&self, findings: &mut Findings) {
        let Some(first) = self.all.first() else { return };
        let note = format!("this is repeated in {} copies; shown for {}", self.all.len(), self.described(first));
        for finding in findings.iter_mut() {
            let here = finding.primary.span;
            if self.spec.repeated.iter().any(|place| place.start <= here.start && here.end <= place.end) {
                finding.notes.push(note.clone());
            }
        }
    }
}

/// The words in braces.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
