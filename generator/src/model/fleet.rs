//! The fleet as meant: every name resolved to an id, every pin a pin of its board, every rule typed.
//!
//! Values of these types exist only if `resolve` found no error; nothing after it asks again.

use super::boards::Boards;
use super::broker::{Broker, Wifi};
use super::clients::Client;
use super::layouts::{Layout, UnknownLayout};
use super::roles::Role;
use super::scenarios::Scenario;
use super::topics::{Topic, TopicId};

/// A whole fleet file.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// The fleet file, as messages show it: `fleets/room.yaml`.
    pub source_path: String,
    /// The Wi-Fi the nodes join; `None` where no layout has a node with network, or the file leaves it out.
    pub wifi: Option<Wifi>,
    /// The broker that all layouts share.
    pub broker: Broker,
    /// In the order of the file, with the requests for states behind them.
    pub topics: Vec<Topic>,
    /// In the order of the file.
    pub roles: Vec<Role>,
    /// At least one; the first is the default. A fleet that writes `nodes:` at the top has one named `default`.
    pub layouts: Vec<Layout>,
    /// In the order of the file.
    pub clients: Vec<Client>,
    /// In the order of the file.
    pub scenarios: Vec<Scenario>,
    /// Every board that a node can name.
    pub boards: Boards,
}

impl Fleet {
    /// The topic that a reader of the file knows: the state, if these are requests for one.
    pub fn subject(&self, topic: TopicId) -> TopicId {
        self.topics[topic.0].state().unwrap_or(topic)
    }

    /// The layout of this name alone; without a name all of them, in the order of the file.
    pub fn layouts(&self, name: Option<&str>) -> Result<Vec<&Layout>, UnknownLayout> {
        let wanted = |layout: &&Layout| name.is_none_or(|name| layout.name == name);
        let layouts: Vec<&Layout> = self.layouts.iter().filter(wanted).collect();
        if name.is_none() || !layouts.is_empty() {
            return Ok(layouts);
        }
        Err(UnknownLayout::new(&self.source_path, name, self.layouts.iter().map(|layout| layout.name.as_str())))
    }
}
