//! Every decision about a layout: which topics stay inside a node, who may read and write what, which way messages
//! go. Knows the fleet, not how anything is spelled. Nothing can be wrong any more.

mod layout;
mod node;
mod programs;
mod rights;
mod routes;
mod scenario;
mod scenarios;
mod topic;

/// Which way the messages of a topic go, seen from a node: the runtime's own type, since the node works by it.
pub use fleetwright_node::Route;
pub use layout::{Plan, UserPlan};
pub use node::{CopiesPlan, NodePlan, NodeTopic, PinPlan, RolePlan};
pub use scenario::{ScenarioPlan, StepPlan};
pub use topic::TopicPlan;

pub use crate::model::Location;
use crate::model::{Fleet, Layout, Node, Pin};

/// One plan for each layout of a fleet, in the order of the file.
pub fn lay_out(fleet: &Fleet) -> Vec<Plan> {
    fleet.layouts.iter().map(|layout| plan(fleet, layout)).collect()
}

fn plan(fleet: &Fleet, layout: &Layout) -> Plan {
    let locations = fleet.locations(layout);
    let topics = fleet.topics.iter().zip(&locations).map(|(topic, location)| TopicPlan {
        key: topic.key.clone(),
        path: topic.path.clone(),
        payload: topic.payload.clone(),
        retain: topic.retain,
        at_least_once: topic.at_least_once,
        location: *location,
        kind: topic.kind,
    });
    let nodes: Vec<NodePlan> = layout.nodes.iter().map(|node| self::node(fleet, layout, node, &locations)).collect();
    let topics: Vec<TopicPlan> = topics.collect();
    let mut nodes = nodes;
    programs::share(layout, &topics, &mut nodes);
    let users = rights::users(fleet, &topics, &nodes);
    let scenarios = scenarios::lay_out(fleet, &nodes);
    Plan {
        fleet: fleet.name.clone(),
        layout: layout.name.clone(),
        source_path: fleet.source_path.clone(),
        wifi: fleet.wifi.clone(),
        engine: fleet.broker.engine,
        broker_hosts: fleet.broker.hosts.clone(),
        broker_port: fleet.broker.port,
        certificate_port: fleet.broker.certificate_port,
        security: fleet.broker.security,
        topics,
        nodes,
        clients: fleet.clients.iter().map(|client| client.name.clone()).collect(),
        users,
        scenarios,
    }
}

fn node(fleet: &Fleet, layout: &Layout, node: &Node, locations: &[Location]) -> NodePlan {
    let topics = routes::topics(fleet, layout, node, locations);
    let networked = topics.iter().any(|topic| topic.route != Route::Local);
    let roles = node.roles.iter().map(|(id, pin)| {
        let role = &fleet.roles[id.0];
        let planned =
            |pin: &Pin| PinPlan { gpio: pin.gpio(), label: pin.label().to_owned(), why: pin.why().map(str::to_owned) };
        let pins = node.pins.get(id).into_iter().flatten().map(|(name, pin)| (name.clone(), planned(pin))).collect();
        let pin = pin.as_ref().map(planned);
        RolePlan { key: role.key.clone(), name: role.name.clone(), kind: role.kind.clone(), pin, pins }
    });
    NodePlan {
        name: node.name.clone(),
        program: node.name.clone(),
        copies: None,
        board: node.board.clone(),
        analog_volts: fleet.boards.get(&node.board).map_or(String::new(), |board| format!("{:.1}", board.a0_volts())),
        flash_kb: fleet.boards.get(&node.board).map_or(0, |board| board.flash_kb),
        ip: node.ip,
        status: networked.then(|| format!("{}/{}/status", fleet.name, node.name)),
        needs: routes::needs(fleet, node, &topics),
        topics,
        roles: roles.collect(),
    }
}
