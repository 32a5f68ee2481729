//! Which nodes share a program: copies do, since nothing but names tells them apart.

use super::node::{CopiesPlan, NodePlan};
use super::topic::TopicPlan;
use crate::model::Layout;
use std::collections::BTreeMap;

/// Gives copies one program.
pub(super) fn share(layout: &Layout, topics: &[TopicPlan], nodes: &mut [NodePlan]) {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, node) in layout.nodes.iter().enumerate() {
        if let Some(template) = &node.template {
            groups.entry(template).or_default().push(index);
        }
    }
    for (template, indices) in groups {
        let tables: Vec<Vec<&str>> = indices.iter().map(|index| nodes[*index].names(topics)).collect();
        let table = |names: &Vec<&str>| names.iter().map(|name| name.len() + 1).sum();
        let copies = CopiesPlan {
            template: template.to_owned(),
            count: indices.len(),
            names: tables.iter().map(table).max().unwrap_or_default(),
            longest: tables.iter().flatten().map(|name| name.len()).max().unwrap_or_default(),
        };
        let program = program(template, nodes);
        for index in indices {
            nodes[index].program = program.clone();
            nodes[index].copies = Some(copies.clone());
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
