//! Topics: what travels, under which name, and how it is kept.

use super::payload::Payload;

/// The index of a topic in [`Fleet::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub usize);

/// A topic: its name, its payload and how it is published.
#[derive(Clone, Debug)]
pub struct Topic {
    /// How the fleet file calls it, `[a-z][a-z0-9_]*`.
    pub key: String,
    /// The MQTT topic name.
    pub path: String,
    /// What messages look like.
    pub payload: Payload,
    /// Whether the broker keeps the last message.
    pub retain: bool,
    /// Published and subscribed with QoS 1 rather than 0.
    pub at_least_once: bool,
    /// `scope: shared`: stays on the broker even if all its roles share one node.
    pub shared: bool,
    /// Whether it is one of the two topics of a state with an owner.
    pub kind: TopicKind,
}

/// What a topic is to a state with an owner. A settable topic of the fleet file is two topics here: the state, and the
/// requests for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicKind {
    /// Nobody owns it: roles publish and subscribe.
    Plain,
    /// A state, retained. Its owner alone publishes it, and subscribes to the requests.
    State {
        /// The topic of the requests.
        requests: TopicId,
    },
    /// Requests for a state, never retained. Who sets the state publishes them, and its owner subscribes.
    Requests {
        /// The topic of the state.
        state: TopicId,
    },
}

impl Topic {
    /// The topic of the requests for this state; `None`: it is no state with an owner.
    pub fn requests(&self) -> Option<TopicId> {
        if let TopicKind::State { requests } = self.kind { Some(requests) } else { None }
    }

    /// The state that these are requests for; `None`: it carries no requests.
    pub fn state(&self) -> Option<TopicId> {
        if let TopicKind::Requests { state } = self.kind { Some(state) } else { None }
    }
}
