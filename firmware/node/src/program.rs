//! What a node is, as tables: the generated crate of a node is one [`Program`]. Its identity is not part of it.

use crate::needs::{LOCAL, RECEIVES, SUBSCRIBES, TEXTS};
use crate::roles::driver::Driver;
use crate::time::Duration;
use crate::topic::{Qos, Route, Topic};
use crate::value::Payload;

/// What all nodes made from one generated crate have in common. Lives in flash.
pub struct Program {
    /// The fleet's name.
    pub fleet: &'static str,
    /// The node's name: its MQTT client identifier, and its user where the broker asks for one.
    pub node: &'static str,
    /// The node's side of the network; `None`: no topic leaves the node, and it is built without Wi-Fi and MQTT.
    pub network: Option<Network>,
    /// The topics that the node's roles publish and receive; a [`TopicId`](crate::TopicId) is an index of it.
    pub topics: &'static [Topic],
    /// The node's roles.
    pub roles: &'static [Role],
}

/// How a node presents itself to the broker.
pub struct Network {
    /// The topic on which `online` and, as the will, `offline` are published, retained: `<fleet>/<node>/status`.
    pub status: &'static str,
    /// MQTT keep-alive.
    pub keep_alive: Duration,
}

/// A role of the node: what it does and where it is wired.
pub struct Role {
    /// The role's name in the fleet file.
    pub name: &'static str,
    /// What it does; a static table, so that only drivers that a node uses are linked.
    pub driver: &'static (dyn Driver + Sync),
}

impl Program {
    /// Whether this build of the crate has all that the program asks for; checked when a node is compiled.
    pub const fn is_served(&self) -> bool {
        let mut rest = self.topics;
        while let [topic, later @ ..] = rest {
            let receives = !matches!(topic.route, Route::Publish);
            let text = matches!(topic.payload, Payload::Text { .. });
            let local = topic.route.stays_here();
            if local && !LOCAL || topic.route.subscribes() && !SUBSCRIBES || receives && !RECEIVES || text && !TEXTS {
                return false;
            }
            rest = later;
        }
        true
    }

    /// Whether the broker has to keep messages for the node while it is away: it subscribes a topic with QoS 1.
    pub fn needs_session(&self) -> bool {
        self.topics.iter().any(|topic| topic.route.subscribes() && topic.qos == Qos::AtLeastOnce)
    }
}
