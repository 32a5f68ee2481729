//! Layouts: which node has which role, on which pin of which board.

use super::pins::{self, Wiring};
use super::{addresses, names};
use crate::diag::{Diagnostic, Findings, codes, near};
use crate::model::{Board, Boards, Layout, Node, Pin, Role, RoleId, RoleKind};
use crate::syntax::{Named, NodeSpec, Spec};
use crate::text::{Span, Text};
use std::collections::BTreeMap;

pub(super) fn resolve(spec: &Spec, roles: &[Role], boards: &Boards, findings: &mut Findings) -> Vec<Layout> {
    let mut layouts = Vec::new();
    for layout in &spec.layouts {
        names::check(&layout.name, names::NODE, "a layout", findings);
        let clients = spec.clients.iter().map(|client| (&client.name, "a client"));
        names::check_unique(layout.value.iter().map(|node| (&node.name, "a node")).chain(clients), findings);
        if layout.value.is_empty() {
            let message = format!("the layout `{}` has no nodes", layout.name.value);
            findings.push(Diagnostic::error(codes::MISSING_KEY, layout.name.span, message));
        }
        let mut placed = BTreeMap::new();
        let nodes =
            layout.value.iter().map(|node| self::node(spec, (roles, boards), node, &mut placed, findings)).collect();
        for (index, role) in spec.roles.iter().enumerate() {
            if !placed.contains_key(&index) && !layout.value.is_empty() {
                let message =
                    format!("no node of the layout `{}` has the role `{}`", layout.name.value, role.name.value);
                findings.push(
                    Diagnostic::warning(codes::ROLE_UNPLACED, role.name.span, message)
                        .related(layout.name.span, "the layout")
                        .help(format!("add `{}: {{ … }}` to the roles of one of its nodes", role.name.value)),
                );
            }
        }
        layouts.push(Layout { name: layout.name.value.clone(), nodes });
    }
    layouts
}

fn node(
    spec: &Spec,
    (roles, boards): (&[Role], &Boards),
    node: &Named<NodeSpec>,
    placed: &mut BTreeMap<usize, Span>,
    findings: &mut Findings,
) -> Node {
    names::check(&node.name, names::HOST, "a node", findings);
    names::check_reserved(&node.name, "a node", findings);
    let board = board(boards, &node.value.board, findings);
    let mut wiring = board.map(|board| {
        let reserved = pins::Reserved::read(&node.value, board, findings);
        Wiring { spec, node: &node.value, board, prints: None, reserved }
    });
    let mut here = Vec::new();
    let mut uses = Vec::new();
    for entry in &node.value.roles {
        let Some(index) = role(spec, &entry.name, placed, findings) else { continue };
        // A fleet without topics has no roles either; that is a finding already.
        let Some(role) = roles.get(index) else { continue };
        here.push(RoleId(index));
        if let Some(wiring) = &mut wiring {
            if matches!(role.kind, RoleKind::SerialLog { .. }) {
                wiring.prints = Some(entry.name.span);
            }
            uses.extend(pins::pin_uses(RoleId(index), role, entry, wiring, findings));
        }
    }
    let reserved = wiring.as_ref().map(|wiring| wiring.reserved.pins()).unwrap_or_default();
    let assigned = wiring.map_or(Vec::new(), |wiring| pins::assign(&wiring, &uses, findings));
    let mut single = BTreeMap::new();
    let mut several: BTreeMap<RoleId, Vec<(String, Pin)>> = BTreeMap::new();
    for (uses, pin) in uses.iter().zip(assigned) {
        match (uses.name, pin) {
            (Some(name), Some(pin)) => several.entry(uses.role).or_default().push((name.to_owned(), pin)),
            (None, Some(pin)) => drop(single.insert(uses.role, pin)),
            (_, None) => {}
        }
    }
    let wired = here.into_iter().map(|id| (id, single.get(&id).cloned())).collect();
    let (name, board) = (node.name.value.clone(), node.value.board.value.clone());
    let ip = node.value.ip.as_ref().and_then(|ip| addresses::resolve(ip, findings));
    Node { name, template: None, board, ip, roles: wired, pins: several, reserved }
}

fn board<'b>(boards: &'b Boards, name: &Text, findings: &mut Findings) -> Option<&'b Board> {
    let board = boards.get(&name.value);
    if board.is_none() {
        let known = boards.names();
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("there is no board `{}`", name.value))
                .maybe_help(near(&name.value, known.iter().copied()))
                .help(format!("the boards: `{}`", known.join("`, `"))),
        );
    }
    board
}

/// The index of a role that a node has; one that an earlier node has, too, is a finding.
fn role(spec: &Spec, name: &Text, placed: &mut BTreeMap<usize, Span>, findings: &mut Findings) -> Option<usize> {
    let Some(index) = names::index_of(&spec.roles, &name.value) else {
        let known = spec.roles.iter().map(|role| role.name.value.as_str());
        findings.push(
            Diagnostic::error(codes::UNKNOWN_NAME, name.span, format!("there is no role `{}`", name.value))
                .maybe_help(near(&name.value, known))
                .help("describe it below `roles:`"),
        );
        return None;
    };
    if let Some(before) = placed.insert(index, name.span) {
        let message = format!("two nodes have the role `{}`", name.value);
        findings.push(
            Diagnostic::error(codes::ROLE_TWICE, name.span, message)
                .label("again here")
                .related(before, "first here")
                .help("delete one, or describe a second role"),
        );
    }
    Some(index)
}
