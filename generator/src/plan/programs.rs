//! Which nodes share a program: copies do, since nothing but names tells them apart.

use super::model::{CopiesPlan, NodePlan, Plan, TopicPlan};
use crate::fleet::Layout;
use std::collections::BTreeMap;

/// Gives copies one program.
pub(super) fn share(layout: &Layout, topics: &[TopicPlan], nodes: &mut [NodePlan]) {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, node) in layout.nodes.iter().enumerate() {
        if let Some(template) = &node.template {
            groups.entry(template).or_default().push(place);
        }
    }
    for (template, places) in groups {
        let tables: Vec<Vec<&str>> = places.iter().map(|place| nodes[*place].names(topics)).collect();
        let table = |names: &Vec<&str>| names.iter().map(|name| name.len() + 1).sum();
        let copies = CopiesPlan {
            template: template.to_owned(),
            count: places.len(),
            names: tables.iter().map(table).max().unwrap_or_default(),
            longest: tables.iter().flatten().map(|name| name.len()).max().unwrap_or_default(),
        };
        let program = program(template, nodes);
        for place in places {
            nodes[place].program = program.clone();
            nodes[place].copies = Some(copies.clone());
        }
    }
}

/// `lamp-{floor}-{room}` is the crate `lamp-floor-room`, unless a node is called so.
fn program(template: &str, nodes: &[NodePlan]) -> String {
    let mut name = template.replace(['{', '}'], "");
    name = name.replace('_', "-");
    while nodes.iter().any(|node| node.name == name || node.program == name) {
        name += "-copies";
    }
    name
}

impl NodePlan {
    /// The names that tell it from its copies, in the order in which its program asks for them: its status topic, then
    /// its topics.
    pub fn names<'p>(&'p self, topics: &'p [TopicPlan]) -> Vec<&'p str> {
        let own = self.topics.iter().map(|topic| topics[topic.topic.0].path.as_str());
        std::iter::once(self.status.as_deref().unwrap_or_default()).chain(own).collect()
    }

    /// The names of a copy that shares its program as its identity carries them: the length of each in one byte, then the
    /// name. Empty for a node that has a program of its own.
    pub fn name_table(&self, topics: &[TopicPlan]) -> Vec<u8> {
        let names = self.copies.as_ref().map_or(Vec::new(), |_| self.names(topics));
        names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect()
    }
}

impl Plan {
    /// The first node of each program, in the order of the file.
    pub fn programs(&self) -> impl Iterator<Item = &NodePlan> {
        let first = |node: &&NodePlan| {
            node.copies.is_none()
                || self
                    .nodes
                    .iter()
                    .find(|other| other.program == node.program)
                    .is_some_and(|other| other.name == node.name)
        };
        self.nodes.iter().filter(first)
    }
}
