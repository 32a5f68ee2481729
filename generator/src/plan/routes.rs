//! Which way messages go: inside a node, or over the broker, and then how.

use super::node::NodeTopic;
use crate::model::{AtBoot, Fleet, Layout, Location, Node, Payload, RoleKind, Security, TopicId};
use fleetwright_mdns::is_local;
use fleetwright_node::Route;

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
        layout.nodes.iter().any(|other| other.name != node.name && fleet.publishes(other, id))
            || fleet.clients.iter().any(|client| client.publish.contains(&id))
    };
    match (fleet.publishes(node, id), fleet.subscribes(node, id)) {
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

/// Whether a role may let a pin be high for a part of the time. Of a custom role only its Rust knows; where that does
/// not, the compiler leaves out what the feature brings.
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
    let networked = any(|route| route != Route::Local);
    let texts = topics.iter().any(|topic| matches!(fleet.topics[topic.topic.0].payload, Payload::Text { .. }));
    let needs = [
        ("receives", any(|route| route != Route::Publish)),
        ("subscribes", any(Route::subscribes)),
        ("local", any(Route::stays_here)),
        ("texts", texts),
        ("cluster", fleet.broker.hosts.len() > 1 && networked),
        ("mdns", networked && fleet.broker.hosts.iter().any(|host| is_local(host))),
        ("tls", fleet.broker.security == Security::Tls && networked),
        ("pinned", fleet.broker.security == Security::TlsPinned && networked),
        ("networks", networked && fleet.wifi.as_ref().is_some_and(|wifi| wifi.networks.len() > 1)),
        ("power-save", networked && fleet.wifi.as_ref().is_some_and(|wifi| wifi.power_save.is_some())),
        ("static-address", networked && node.ip.is_some()),
        ("dims", node.roles.iter().any(|(role, _)| may_dim(&fleet.roles[role.0].kind))),
        ("keeps", node.roles.iter().any(|(role, _)| keeps(&fleet.roles[role.0].kind))),
        ("custom", node.roles.iter().any(|(role, _)| matches!(fleet.roles[role.0].kind, RoleKind::Custom(_)))),
    ];
    needs.into_iter().filter(|(_, needed)| *needed).map(|(name, _)| name).collect()
}
