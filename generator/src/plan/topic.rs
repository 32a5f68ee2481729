//! A topic as a layout uses it.

use crate::model::{Location, Payload, TopicId, TopicKind};

/// A topic as the layout uses it.
#[derive(Clone, Debug)]
pub struct TopicPlan {
    /// How the fleet file calls it.
    pub key: String,
    /// The MQTT topic name.
    pub path: String,
    /// What messages look like.
    pub payload: Payload,
    /// Whether the broker keeps the last message.
    pub retain: bool,
    /// QoS 1 rather than 0.
    pub at_least_once: bool,
    /// Whether its messages go over the broker or stay inside one node.
    pub location: Location,
    /// Whether it is a state with an owner, or requests for one.
    pub kind: TopicKind,
}

impl TopicPlan {
    /// The state that these are requests for; `None`: it carries no requests.
    pub fn state(&self) -> Option<TopicId> {
        if let TopicKind::Requests { state } = self.kind { Some(state) } else { None }
    }
}
