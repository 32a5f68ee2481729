//! The plan of one layout: everything decided, nothing spelled. What emitters and xtask read.

use super::node::NodePlan;
use super::scenario::ScenarioPlan;
use super::topic::TopicPlan;
use crate::model::{Engine, Security, Wifi};

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

    /// The first node of each program, in the order of the file.
    pub fn programs(&self) -> impl Iterator<Item = &NodePlan> {
        let first = |node: &&NodePlan| {
            node.copies.is_none()
                || self
                    .nodes
                    .iter()
                    .find(|other| other.program == node.program)
                    .is_some_and(|other| other.name == node.name)
        };
        self.nodes.iter().filter(first)
    }
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
