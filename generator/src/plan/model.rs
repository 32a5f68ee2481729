//! The plan of one layout: everything decided, nothing spelled. What emitters and xtask read.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::scenarios::ScenarioPlan;
use crate::fleet::{Engine, Payload, RoleKind, Security, TopicId, Wifi};

/// One layout of a fleet, decided.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The fleet's name.
    pub fleet: String,
    /// The layout's name.
    pub layout: String,
    /// The fleet file, as messages and headers show it.
    pub source_path: String,
    /// The network that nodes join.
    pub wifi: Option<Wifi>,
    /// Which program the broker is.
    pub engine: Engine,
    /// Addresses or names of the broker: one, or all of a cluster.
    pub broker_hosts: Vec<String>,
    /// Its TCP port.
    pub broker_port: u16,
    /// The port for clients that know certificates and passwords, beside one with keys.
    pub certificate_port: Option<u16>,
    /// Who gets in.
    pub security: Security,
    /// Indexed by [`TopicId`].
    pub topics: Vec<TopicPlan>,
    /// In the order of the file.
    pub nodes: Vec<NodePlan>,
    /// In the order of the file.
    pub clients: Vec<String>,
    /// Nodes with network first, then clients, each in the order of the file.
    pub users: Vec<UserPlan>,
    /// What should happen, in the order of the file.
    pub scenarios: Vec<ScenarioPlan>,
}

impl Plan {
    /// Whether the broker shows a certificate.
    pub fn has_certificate(&self) -> bool {
        self.security == Security::TlsPinned || self.certificate_port.is_some()
    }

    /// How a user is called at the broker: ejabberd wants to know of which fleet it is.
    pub fn account(&self, user: &str) -> String {
        match self.engine {
            Engine::Mosquitto => user.to_owned(),
            Engine::Ejabberd => format!("{user}@{}", self.fleet),
        }
    }
}

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
    /// Where it lives.
    pub place: Place,
}

/// Where a topic lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the broker.
    Broker,
    /// Inside the node with this place in [`Plan::nodes`].
    Node(usize),
    /// Nowhere: no role or client of this layout uses it.
    Unused,
}

/// An ESP8266 of the layout.
#[derive(Clone, Debug)]
pub struct NodePlan {
    /// Its name; also its MQTT client identifier and its user.
    pub name: String,
    /// The crate of its program: its name, or for copies one that they share.
    pub program: String,
    /// For copies that share a program: what they are, and what the program must have room for.
    pub copies: Option<CopiesPlan>,
    /// The board's name in the catalogue.
    pub board: String,
    /// The voltage at A0 that gives the highest reading, as text: `3.2`.
    pub analog_volts: String,
    /// The board's flash memory, in KiB.
    pub flash_kb: u32,
    /// `<fleet>/<node>/status`; `None`: the node has no network.
    pub status: Option<String>,
    /// The topics it speaks or hears, ordered by id.
    pub topics: Vec<NodeTopic>,
    /// The features of the runtime that it needs: what no topic asks for takes no flash.
    pub needs: Vec<&'static str>,
    /// In the order of the file.
    pub roles: Vec<RolePlan>,
}

/// Copies of a node that share one program; their names come with their identities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiesPlan {
    /// How the fleet file calls them: `lamp-{floor}-{room}`.
    pub template: String,
    /// How many there are.
    pub count: usize,
    /// Bytes of the largest of their tables of names.
    pub names: usize,
    /// Bytes of the longest of their names.
    pub longest: usize,
}

/// A topic as one node sees it.
#[derive(Clone, Copy, Debug)]
pub struct NodeTopic {
    /// Which.
    pub topic: TopicId,
    /// Which way messages go.
    pub route: Route,
}

/// Which way messages go; the same words as the node's own `Route`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    Local,
    Publish,
    PublishAndHandOver,
    Subscribe,
    PublishAndSubscribe,
}

/// A role on its node.
#[derive(Clone, Debug)]
pub struct RolePlan {
    /// How it is called; in copies with their values behind it.
    pub key: String,
    /// How the fleet file calls it.
    pub name: String,
    /// What it does.
    pub kind: RoleKind,
    /// Where it is wired.
    pub pin: Option<PinPlan>,
    /// Where it is wired if it has several pins, each by its name.
    pub pins: Vec<(String, PinPlan)>,
}

/// A wired pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinPlan {
    /// The number in the data sheet; 17 is the analog input.
    pub gpio: u8,
    /// What is printed on the board.
    pub label: String,
    /// For `pin: auto`: why this one.
    pub why: Option<String>,
}

/// What one user of the broker may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPlan {
    /// The user's name.
    pub name: String,
    /// Topic names it may read, ordered.
    pub read: Vec<String>,
    /// Topic names it may write, ordered.
    pub write: Vec<String>,
}
