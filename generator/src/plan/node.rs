//! A node of a layout: what it does, and what its program needs.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::topic::TopicPlan;
use crate::model::{RoleKind, StaticAddress, TopicId};
use fleetwright_node::Route;

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
    /// Its address, if it does not ask the router for one.
    pub ip: Option<StaticAddress>,
    /// `<fleet>/<node>/status`; `None`: the node has no network.
    pub status: Option<String>,
    /// The topics that it publishes or subscribes to, ordered by id.
    pub topics: Vec<NodeTopic>,
    /// The features of the runtime that it needs: what no topic asks for takes no flash.
    pub needs: Vec<&'static str>,
    /// In the order of the file.
    pub roles: Vec<RolePlan>,
}

impl NodePlan {
    /// The names that tell it from its copies, in the order in which its program asks for them: its status topic, then
    /// its topics.
    pub fn names<'p>(&'p self, topics: &'p [TopicPlan]) -> Vec<&'p str> {
        let own = self.topics.iter().map(|topic| topics[topic.topic.0].path.as_str());
        std::iter::once(self.status.as_deref().unwrap_or_default()).chain(own).collect()
    }

    /// Whether what its roles publish on a topic goes to the broker.
    pub fn publishes(&self, id: TopicId) -> bool {
        self.topics.iter().any(|topic| topic.topic == id && topic.route.publishes())
    }

    /// The names of a copy that shares its program as its identity carries them: the length of each in one byte, then the
    /// name. Empty for a node that has a program of its own.
    pub fn name_table(&self, topics: &[TopicPlan]) -> Vec<u8> {
        let names = self.copies.as_ref().map_or(Vec::new(), |_| self.names(topics));
        names.iter().flat_map(|name| [&[name.len() as u8], name.as_bytes()].concat()).collect()
    }
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
    /// The topic, by its index in `Plan::topics`.
    pub topic: TopicId,
    /// Which way messages go.
    pub route: Route,
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
