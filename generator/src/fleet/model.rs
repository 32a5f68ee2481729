//! The fleet as meant: every name resolved to an id, every pin a pin of its board, every rule typed.
//!
//! Values of these types exist only if `resolve` found no error; nothing after it asks again.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use crate::logic::{Condition, Outcome};
use std::collections::BTreeMap;

/// The place of a topic in [`Fleet::topics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub usize);

/// The place of a role in [`Fleet::roles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(pub usize);

/// A whole fleet file.
#[derive(Clone, Debug)]
pub struct Fleet {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// The fleet file, as messages show it: `fleets/room.yaml`.
    pub source_path: String,
    /// The Wi-Fi the nodes join; `None` where no layout has a node with network, or the file leaves it out.
    pub wifi: Option<Wifi>,
    /// The broker.
    pub broker: Broker,
    /// In the order of the file.
    pub topics: Vec<Topic>,
    /// In the order of the file.
    pub roles: Vec<Role>,
    /// At least one; the first is the default. A fleet that writes `nodes:` at the top has one named `default`.
    pub layouts: Vec<Layout>,
    /// In the order of the file.
    pub clients: Vec<Client>,
    /// In the order of the file.
    pub scenarios: Vec<super::Scenario>,
    /// Every board that a node can name.
    pub boards: super::Boards,
}

/// A text of the fleet file that may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Written in the fleet file.
    Plain(String),
    /// `!secret name`: stands in `fleets/secrets.yaml` under this name.
    Secret(String),
}

/// The Wi-Fi network that the nodes join.
#[derive(Clone, Debug)]
pub struct Wifi {
    /// The network's name.
    pub ssid: Setting,
    /// Its password.
    pub password: Setting,
}

/// The broker as the fleet file describes it.
#[derive(Clone, Debug)]
pub struct Broker {
    /// Which program.
    pub engine: Engine,
    /// Addresses or names under which the nodes find it: one, or all of a cluster.
    pub hosts: Vec<String>,
    /// TCP port; by default 1883, with TLS 8883.
    pub port: u16,
    /// Who gets in.
    pub security: Security,
    /// With [`Security::Tls`] a second port, for clients that know certificates and passwords, no keys.
    pub certificate_port: Option<u16>,
}

/// The program that is the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Eclipse Mosquitto: one process on one machine.
    Mosquitto,
    /// ejabberd with `mod_mqtt`: several, which stand in for each other.
    Ejabberd,
}

/// Who gets into the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Anybody; must be written out and is warned about.
    Open,
    /// Every node and client with a user and a password of its own.
    Password,
    /// Every node and client with a key of its own, and everything encrypted: TLS 1.3 with a pre-shared key.
    Tls,
    /// Every node and client with a user and a password of its own, and everything encrypted: TLS 1.3 with a broker whose
    /// public key the nodes know.
    TlsPinned,
}

impl Security {
    /// Whether the broker speaks TLS, and nothing else.
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::Tls | Self::TlsPinned)
    }
}

/// A topic.
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

/// What messages of a topic look like. Figures are in units of 10^-decimals: with one decimal, 215 is 21.5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// `0` to `100`.
    Percent,
    /// Decimal text.
    Number { min: i32, max: i32, step: i32, decimals: u8, unit: Option<String> },
    /// One of at least two labels, all different, none empty.
    OneOf(Vec<String>),
    /// `0` or `1`.
    Bit,
    /// UTF-8 of at most `max` bytes.
    Text { max: u16 },
}

/// What a role does, apart from where it is wired.
#[derive(Clone, Debug)]
pub struct Role {
    /// How it is called: as in the fleet file, and in copies with their values behind it, `lamp-2-07`.
    pub key: String,
    /// How the fleet file calls it, `[a-z][a-z0-9_-]*`.
    pub name: String,
    /// Its kind and options.
    pub kind: RoleKind,
}

/// The kinds of roles.
#[derive(Clone, Debug)]
pub enum RoleKind {
    /// Drives a pin by what a topic says.
    SwitchOutput {
        subscribe: TopicId,
        /// The level that means "on" is high.
        active_high: bool,
        /// On, before the first message.
        on_at_boot: bool,
        /// For each label of the topic (of a bit: 0, 1) whether it means "on".
        on: Vec<bool>,
    },
    /// Lets a pin be on for as many hundredths of the time as a topic says.
    DimmerOutput { subscribe: TopicId, active_high: bool, fade_ms: u32 },
    /// Sends when a button is pressed.
    PushButton { publish: TopicId, sends: Sends, pull: Pull, debounce_ms: u32 },
    /// Sends a pin's state.
    DigitalInput {
        publish: TopicId,
        pull: Pull,
        active_high: bool,
        /// Stays active for this long after the pin went inactive.
        hold_ms: u32,
        /// The label index for inactive and for active.
        labels: [u8; 2],
    },
    /// Sends what A0 reads.
    AnalogInput {
        publish: TopicId,
        every_ms: u32,
        /// Sent again only when it differs at least this much from what was sent last, in the topic's units.
        change: i32,
        /// (reading 0..=1023, figure in the topic's units), readings ascending, at least two.
        map: Vec<(i32, i32)>,
    },
    /// The first rule that holds decides what the topic says.
    Decision { publish: TopicId, rules: Vec<Rule>, tick_ms: u32 },
    /// Prints messages on the serial log.
    SerialLog { subscribe: Vec<TopicId> },
    /// The user's own Rust.
    Custom(Custom),
}

/// A role in the user's own Rust.
#[derive(Clone, Debug)]
pub struct Custom {
    /// The file, from the fleet file's folder: `roles/fan.rs`.
    pub source: String,
    /// What it hears, in the order of the file.
    pub subscribe: Vec<TopicId>,
    /// What it says something on, in the order of the file.
    pub publish: Vec<TopicId>,
    /// The names of its pins.
    pub pins: Vec<String>,
    /// What it uses of crates.io.
    pub crates: Vec<Crate>,
}

/// A crate of crates.io.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// The version, as Cargo wants it.
    pub version: String,
    /// Features.
    pub features: Vec<String>,
    /// Whether its own choice of features counts, too.
    pub default_features: bool,
}

/// What a push button sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sends {
    /// Each press the next label.
    Press,
    /// While released the first index, while pressed the second.
    Level { labels: [u8; 2] },
}

/// The chip's own resistor at an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    None,
    Up,
    Down,
}

/// One rule of a decision.
#[derive(Clone, Debug)]
pub struct Rule {
    /// As written, for the reader of the generated code.
    pub when_text: String,
    /// As written.
    pub then_text: String,
    /// Where it stands.
    pub place: crate::source::Position,
    /// Its place among the rules as written: one that computes a bit is two here.
    pub index: usize,
    /// When it holds.
    pub when: Condition,
    /// What the topic then says.
    pub then: Outcome,
}

/// A distribution of the roles over boards.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// In the order of the file.
    pub nodes: Vec<Node>,
}

/// An ESP8266 and what it does.
#[derive(Clone, Debug)]
pub struct Node {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// For one of several copies, its name as written: `lamp-{floor}-{room}`.
    pub template: Option<String>,
    /// The board's name in the catalogue.
    pub board: String,
    /// Which roles it has, in the order of the file, and where each is wired.
    pub roles: Vec<(RoleId, Option<Pin>)>,
    /// Where roles with several pins are wired, each pin by its name, in the role's order.
    pub pins: BTreeMap<RoleId, Vec<(String, Pin)>>,
}

/// A pin of a board: exists on it and is not taken by its flash memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    gpio: u8,
    /// How the board is labelled there, or `GPIO5` where it has no other name.
    label: String,
    /// For `pin: auto`: why this one.
    why: Option<String>,
}

impl Pin {
    /// Only the board catalogue makes pins: it knows which exist.
    pub(super) fn new(gpio: u8, label: String) -> Self {
        Self { gpio, label, why: None }
    }

    /// The same pin, chosen by ourselves.
    pub(super) fn chosen(self, why: String) -> Self {
        Self { why: Some(why), ..self }
    }

    /// For `pin: auto`: why this one.
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// The number in the data sheet; 17 is the analog input.
    pub fn gpio(&self) -> u8 {
        self.gpio
    }

    /// What is printed on the board.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// Somebody with a user on the broker who is no node.
#[derive(Clone, Debug)]
pub struct Client {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// What it may publish.
    pub publish: Vec<TopicId>,
    /// What it may read.
    pub subscribe: Subscription,
}

/// What a client may read.
#[derive(Clone, Debug)]
pub enum Subscription {
    /// `"*"`: everything that is on the broker.
    Everything,
    /// These.
    Topics(Vec<TopicId>),
}

/// Labels of a payload as they stand on the wire: `0` and `1` for a bit, none for figures and text.
impl Payload {
    /// The labels, in order.
    pub fn labels(&self) -> Vec<String> {
        match self {
            Self::OneOf(labels) => labels.clone(),
            Self::Bit => vec!["0".into(), "1".into()],
            _ => Vec::new(),
        }
    }
}
