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
}
