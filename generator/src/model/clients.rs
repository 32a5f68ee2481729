//! Clients: users of the broker that are no nodes.

use super::topics::TopicId;

/// Somebody with a user on the broker who is no node.
#[derive(Clone, Debug)]
pub struct Client {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// What it may publish: topics, and requests for states that it may set.
    pub publish: Vec<TopicId>,
    /// What it may read.
    pub subscribe: Subscription,
}

/// What a client may read.
#[derive(Clone, Debug)]
pub enum Subscription {
    /// `"*"`: everything that is on the broker, but requests, which are their owners' business.
    Everything,
    /// These topics alone.
    Topics(Vec<TopicId>),
}
