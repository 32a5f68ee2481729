//! Where messages travel in a layout: over the broker, or inside one node.

use super::clients::Subscription;
use super::fleet::Fleet;
use super::layouts::{Layout, Node};
use super::topics::TopicId;

/// Where the messages of a topic travel in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// On the broker.
    Broker,
    /// Inside the node with this index in [`Layout::nodes`].
    Node(usize),
    /// Nowhere: no role or client of this layout uses it.
    Unused,
}

impl Fleet {
    /// Whether a role of the node publishes the topic.
    pub fn publishes(&self, node: &Node, id: TopicId) -> bool {
        node.roles.iter().any(|(role, _)| self.roles[role.0].kind.publications().contains(&id))
    }

    /// Whether a role of the node subscribes to the topic.
    pub fn subscribes(&self, node: &Node, id: TopicId) -> bool {
        node.roles.iter().any(|(role, _)| self.roles[role.0].kind.subscriptions().contains(&id))
    }

    /// Where each topic lives in a layout.
    pub fn locations(&self, layout: &Layout) -> Vec<Location> {
        (0..self.topics.len()).map(|index| self.location(layout, TopicId(index))).collect()
    }

    fn location(&self, layout: &Layout, id: TopicId) -> Location {
        let uses = |node: &Node| self.publishes(node, id) || self.subscribes(node, id);
        let users: Vec<usize> = (0..layout.nodes.len()).filter(|at| uses(&layout.nodes[*at])).collect();
        // A client that names a topic keeps it on the broker, and so does one that may set it; one that subscribes to
        // everything does not.
        let topic = &self.topics[id.0];
        let named = self.clients.iter().any(|client| {
            client.publish.contains(&id)
                || topic.requests().is_some_and(|requests| client.publish.contains(&requests))
                || matches!(&client.subscribe, Subscription::Topics(topics) if topics.contains(&id))
        });
        match users.as_slice() {
            [] if !named => Location::Unused,
            [node] if !named && !topic.shared => {
                // Published by one node and subscribed to by none: who subscribes to everything may want it, but for requests.
                let everything = topic.state().is_none()
                    && self.clients.iter().any(|client| matches!(client.subscribe, Subscription::Everything));
                if everything && !self.subscribes(&layout.nodes[*node], id) {
                    Location::Broker
                } else {
                    Location::Node(*node)
                }
            }
            _ => Location::Broker,
        }
    }

    /// Whether a node of a layout has topics on the broker, so that it is built with Wi-Fi.
    pub fn has_network(&self, node: &Node, locations: &[Location]) -> bool {
        node.roles.iter().map(|(role, _)| &self.roles[role.0].kind).any(|kind| {
            let mut used = kind.publications().into_iter().chain(kind.subscriptions());
            used.any(|id| locations[id.0] == Location::Broker)
        })
    }
}
