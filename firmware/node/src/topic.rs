//! A topic as one node sees it. Knows no roles and no table that a topic stands in.

use crate::value::Payload;

/// The index of a topic in [`Program::topics`](crate::Program::topics).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicId(pub u8);

/// A topic as one node sees it.
pub struct Topic {
    /// The topic name on the wire.
    pub path: &'static str,
    /// The format of its messages.
    pub payload: Payload,
    /// The quality of service it is published and subscribed with.
    pub qos: Qos,
    /// Whether the broker retains the last message.
    pub retain: bool,
    /// Which way messages go.
    pub route: Route,
}

/// The topics of a program. A reference to the program's own reference: one word instead of two to pass on, since the
/// chip's flash is short.
pub(crate) type Topics = &'static &'static [Topic];

/// MQTT quality of service, as far as a node supports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qos {
    /// QoS 0.
    AtMostOnce,
    /// QoS 1.
    AtLeastOnce,
}

/// Which way the messages of a topic go, seen from the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// From role to role inside the node; it never reaches the network.
    Local,
    /// A role here publishes, other nodes receive it through the broker.
    Publish,
    /// As `Publish`, and roles here receive it too: handed over at once, since nobody else publishes on the topic.
    PublishAndHandOver,
    /// Roles here receive what the broker delivers.
    Subscribe,
    /// Published and received here, and others publish too: the node receives its own messages from the broker, in the
    /// broker's order.
    PublishAndSubscribe,
    /// Requests for a state whose owner is here: those of roles here are handed over in memory, with or without a
    /// connection, and those of others come from the broker. The node publishes none.
    HandOverAndSubscribe,
}

impl Route {
    /// Whether the node subscribes at the broker.
    pub const fn subscribes(self) -> bool {
        matches!(self, Self::Subscribe | Self::PublishAndSubscribe | Self::HandOverAndSubscribe)
    }

    /// Whether the node publishes to the broker.
    pub const fn publishes(self) -> bool {
        matches!(self, Self::Publish | Self::PublishAndHandOver | Self::PublishAndSubscribe)
    }

    /// Whether a message published here goes to the node's own roles at once.
    pub const fn hands_over(self) -> bool {
        matches!(self, Self::Local | Self::PublishAndHandOver | Self::HandOverAndSubscribe)
    }

    /// Whether a message published here goes nowhere but to the node's own roles.
    pub const fn stays_here(self) -> bool {
        matches!(self, Self::Local | Self::HandOverAndSubscribe)
    }
}

impl Topic {
    /// A number that tells the topic from others of its node, whatever else the program has: FNV-1a of its name.
    #[cfg(feature = "keeps")]
    pub(crate) fn key(&self) -> u32 {
        crate::hash::fnv1a(self.path.bytes())
    }

    /// Whether only the latest message matters: retained topics, and text, of which one copy is stored.
    pub(crate) fn is_state(&self) -> bool {
        self.retain || self.payload.text_length() > 0
    }
}
