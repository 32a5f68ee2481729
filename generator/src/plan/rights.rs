//! The rights on the broker: for each user the fewest that its routes need, each topic by its name.

use super::layout::UserPlan;
use super::node::NodePlan;
use super::topic::TopicPlan;
use crate::model::Location;
use crate::model::{Client, Fleet, Subscription, TopicId};
use fleetwright_node::Route;
use std::collections::BTreeSet;

pub(super) fn users(fleet: &Fleet, topics: &[TopicPlan], nodes: &[NodePlan]) -> Vec<UserPlan> {
    let of_nodes = nodes.iter().filter_map(|node| node_user(topics, node));
    let of_clients = fleet.clients.iter().map(|client| client_user(topics, nodes, client));
    of_nodes.chain(of_clients).collect()
}

fn node_user(topics: &[TopicPlan], node: &NodePlan) -> Option<UserPlan> {
    let status = node.status.clone()?;
    let paths = |wanted: fn(Route) -> bool| {
        node.topics.iter().filter(move |topic| wanted(topic.route)).map(|topic| topics[topic.topic.0].path.clone())
    };
    let read: BTreeSet<String> = paths(Route::subscribes).collect();
    let write: BTreeSet<String> = paths(Route::publishes).chain([status]).collect();
    Some(UserPlan { name: node.name.clone(), read: read.into_iter().collect(), write: write.into_iter().collect() })
}

fn client_user(topics: &[TopicPlan], nodes: &[NodePlan], client: &Client) -> UserPlan {
    let on_broker = |id: &TopicId| topics[id.0].location == Location::Broker;
    let read: BTreeSet<String> = match &client.subscribe {
        Subscription::Everything => {
            // Requests are their owners' business.
            let shown = |topic: &&TopicPlan| topic.location == Location::Broker && topic.state().is_none();
            let all = topics.iter().filter(shown).map(|topic| topic.path.clone());
            all.chain(nodes.iter().filter_map(|node| node.status.clone())).collect()
        }
        Subscription::Topics(ids) => {
            ids.iter().filter(|id| on_broker(id)).map(|id| topics[id.0].path.clone()).collect()
        }
    };
    let write: BTreeSet<String> = client.publish.iter().map(|id| topics[id.0].path.clone()).collect();
    UserPlan { name: client.name.clone(), read: read.into_iter().collect(), write: write.into_iter().collect() }
}
