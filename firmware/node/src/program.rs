//! What a node is, as tables: the generated crate of a node is one [`Program`], its identity comes from outside.

use crate::names::Names;
use crate::needs::COPIES;
use crate::roles::Driver;
use crate::time::Duration;
use crate::value::Payload;
use crate::values::text_length;

/// What all nodes made from one generated crate have in common. Lives in flash.
pub struct Program {
    /// The fleet's name.
    pub fleet: &'static str,
    /// The node's name: its MQTT client identifier, and its user where the broker asks for one.
    pub node: &'static str,
    /// The node's side of the network; `None`: no topic leaves the node, and it is built without Wi-Fi and MQTT.
    pub network: Option<Network>,
    /// The topics that the node's roles speak and hear; a [`TopicId`] is a place in it.
    pub topics: &'static [Topic],
    /// The node's roles.
    pub roles: &'static [Role],
}

/// What a node says of itself on the broker.
pub struct Network {
    /// Where `online` and, as the will, `offline` stand, retained: `<fleet>/<node>/status`.
    pub status: &'static str,
    /// MQTT keep-alive.
    pub keep_alive: Duration,
}

/// The place of a topic in [`Program::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicId(pub u8);

/// A topic as one node sees it.
pub struct Topic {
    /// The topic name on the wire.
    pub path: &'static str,
    /// What its messages look like.
    pub payload: Payload,
    /// The quality of service it is published and subscribed with.
    pub qos: Qos,
    /// Whether the broker keeps the last message for those who come later.
    pub retain: bool,
    /// Which way messages go.
    pub route: Route,
}

/// MQTT quality of service, as far as a node speaks it.
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
    /// A role here speaks, others hear it through the broker.
    Publish,
    /// As `Publish`, and roles here hear it too: handed over at once, since nobody else speaks on the topic.
    PublishAndHandOver,
    /// Roles here hear what the broker brings.
    Subscribe,
    /// Spoken and heard here, and others speak too: the node hears itself through the broker, in the broker's order.
    PublishAndSubscribe,
}

/// A role of the node: what it does and where it is wired.
pub struct Role {
    /// The role's name in the fleet file.
    pub name: &'static str,
    /// What it does; a static table, so that only drivers that a node uses are linked.
    pub driver: &'static (dyn Driver + Sync),
}

/// Who the node is towards the broker. Never part of the generated code: the password is a secret.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// MQTT client identifier.
    pub client_id: &'a str,
    /// User and password; `None` where the fleet says `security: open`.
    pub credentials: Option<(&'a str, &'a str)>,
    /// Names that stand in for those of the program, in copies that share it.
    pub names: Option<Names<'a>>,
}

impl<'a> Identity<'a> {
    /// The name of the status topic.
    pub(crate) fn status(&self, network: &Network) -> &'a str {
        self.names.filter(|_| COPIES).and_then(Names::status).unwrap_or(network.status)
    }

    /// The name of a topic of the program on the wire.
    pub(crate) fn path(&self, index: usize, topic: &Topic) -> &'a str {
        self.names.filter(|_| COPIES).and_then(|names| names.topic(index)).unwrap_or(topic.path)
    }
}

impl Program {
    /// Whether the broker has to keep messages for the node while it is away: it hears a topic with QoS 1.
    pub fn needs_session(&self) -> bool {
        self.topics.iter().any(|topic| topic.route.hears() && topic.qos == Qos::AtLeastOnce)
    }
}

impl Route {
    /// Whether messages come from the broker.
    pub const fn hears(self) -> bool {
        matches!(self, Self::Subscribe | Self::PublishAndSubscribe)
    }

    /// Whether messages go to the broker.
    pub const fn speaks(self) -> bool {
        matches!(self, Self::Publish | Self::PublishAndHandOver | Self::PublishAndSubscribe)
    }

    /// Whether what is said here goes to the node's own roles at once.
    pub const fn hands_over(self) -> bool {
        matches!(self, Self::Local | Self::PublishAndHandOver)
    }
}

impl Topic {
    /// Whether only the latest message matters: retained topics, and text, of which one copy is stored.
    pub(crate) fn is_state(&self) -> bool {
        self.retain || text_length(&self.payload) > 0
    }
}
