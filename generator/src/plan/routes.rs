//! Which way messages go: inside a node, or over the broker, and then how.

use super::node::NodeTopic;
use super::topic::Location;
use crate::model::{AtBoot, Fleet, Layout, Node, Payload, RoleKind, Security, Subscription, TopicId};
use fleetwright_node::Route;

/// Where each topic lives in a layout.
pub(super) fn locations(fleet: &Fleet, layout: &Layout) -> Vec<Location> {
    (0..fleet.topics.len()).map(TopicId).map(|id| location(fleet, layout, id)).collect()
}

fn location(fleet: &Fleet, layout: &Layout, id: TopicId) -> Location {
    let users: Vec<usize> = layout
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| publishes(fleet, node, id) || subscribes(fleet, node, id))
        .map(|(at, _)| at)
        .collect();
    // A client that names a topic keeps it on the broker, and so does one that may set it; one that subscribes to everything
    // does not.
    let topic = &fleet.topics[id.0];
    let named = fleet.clients.iter().any(|client| {
        client.publish.contains(&id)
            || topic.requests().is_some_and(|requests| client.publish.contains(&requests))
            || matches!(&client.subscribe, Subscription::Topics(topics) if topics.contains(&id))
    });
    match users.as_slice() {
        [] if !named => Location::Unused,
        [node] if !named && !topic.shared => {
            // Published by one node and subscribed to by none: who subscribes to everything may want it, but for requests.
            let everything = topic.state().is_none()
                && fleet.clients.iter().any(|client| matches!(client.subscribe, Subscription::Everything));
            if everything && !subscribes(fleet, &layout.nodes[*node], id) {
                Location::Broker
            } else {
                Location::Node(*node)
            }
        }
        _ => Location::Broker,
    }
}

/// The topics of a node and their routes, ordered by id.
pub(super) fn topics(fleet: &Fleet, layout: &Layout, node: &Node, locations: &[Location]) -> Vec<NodeTopic> {
    let ids = (0..fleet.topics.len()).map(TopicId);
    ids.filter_map(|topic| {
        route(fleet, layout, node, locations[topic.0], topic).map(|route| NodeTopic { topic, route })
    })
    .collect()
}

fn route(fleet: &Fleet, layout: &Layout, node: &Node, location: Location, id: TopicId) -> Option<Route> {
    let others_publish = || {
        layout.nodes.iter().any(|other| other.name != node.name && publishes(fleet, other, id))
            || fleet.clients.iter().any(|client| client.publish.contains(&id))
    };
    match (publishes(fleet, node, id), subscribes(fleet, node, id)) {
        (false, false) => None,
        _ if matches!(location, Location::Node(_)) => Some(Route::Local),
        (true, false) => Some(Route::Publish),
        (false, true) => Some(Route::Subscribe),
        // The owner of the state is here, and nobody else hears requests.
        (true, true) if fleet.topics[id.0].state().is_some() => Some(Route::HandOverAndSubscribe),
        (true, true) if others_publish() => Some(Route::PublishAndSubscribe),
        (true, true) => Some(Route::PublishAndHandOver),
    }
}

fn publishes(fleet: &Fleet, node: &Node, id: TopicId) -> bool {
    node.roles.iter().any(|(role, _)| fleet.roles[role.0].kind.publications().contains(&id))
}

fn subscribes(fleet: &Fleet, node: &Node, id: TopicId) -> bool {
    node.roles.iter().any(|(role, _)| fleet.roles[role.0].kind.subscriptions().contains(&id))
}

/// Whether a role may let a pin be high for a part of the time; of a custom role only its Rust knows.
fn may_dim(kind: &RoleKind) -> bool {
    match kind {
        RoleKind::DimmerOutput { .. } => true,
        RoleKind::Custom(custom) => !custom.pins.is_empty(),
        _ => false,
    }
}

/// Whether a role's state outlives a power cut.
fn keeps(kind: &RoleKind) -> bool {
    let (RoleKind::SwitchOutput { at_boot, .. } | RoleKind::DimmerOutput { at_boot, .. }) = kind else { return false };
    *at_boot == AtBoot::Last
}

/// What a node's topics ask of the runtime, by the names of its features.
pub(super) fn needs(fleet: &Fleet, node: &Node, topics: &[NodeTopic]) -> Vec<&'static str> {
    let any = |which: fn(Route) -> bool| topics.iter().any(|topic| which(topic.route));
    let texts = topics.iter().any(|topic| matches!(fleet.topics[topic.topic.0].payload, Payload::Text { .. }));
    let needs = [
        ("receives", any(|route| route != Route::Publish)),
        ("subscribes", any(Route::subscribes)),
        ("local", any(Route::stays_here)),
        ("texts", texts),
        ("cluster", fleet.broker.hosts.len() > 1 && any(|route| route != Route::Local)),
        ("tls", fleet.broker.security == Security::Tls && any(|route| route != Route::Local)),
        ("pinned", fleet.broker.security == Security::TlsPinned && any(|route| route != Route::Local)),
        ("dims", node.roles.iter().any(|(role, _)| may_dim(&fleet.roles[role.0].kind))),
        ("keeps", node.roles.iter().any(|(role, _)| keeps(&fleet.roles[role.0].kind))),
        ("custom", node.roles.iter().any(|(role, _)| matches!(fleet.roles[role.0].kind, RoleKind::Custom(_)))),
    ];
    needs.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect()
}
