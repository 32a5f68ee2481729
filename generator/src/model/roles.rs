//! Roles: what a node does, apart from where it is wired, and which topics it publishes and subscribes to.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::custom::Custom;
use super::pins::Pull;
use super::rules::Rule;
use super::topics::TopicId;
use std::collections::BTreeSet;

/// The index of a role in [`Fleet::roles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoleId(pub usize);

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
    /// Drives a pin by the messages of a topic.
    SwitchOutput {
        /// What it acts on: requests, if it owns a state.
        subscribe: TopicId,
        /// The state that it owns and publishes.
        owns: Option<TopicId>,
        /// The level that means "on" is high.
        active_high: bool,
        /// What it is before the first message.
        at_boot: AtBoot,
        /// For each label of the topic (of a bit: 0, 1) whether it means "on".
        on: Vec<bool>,
    },
    /// Lets a pin be on for as many hundredths of the time as the last message of a topic.
    DimmerOutput {
        /// What it acts on: requests, if it owns a state.
        subscribe: TopicId,
        /// The state that it owns and publishes.
        owns: Option<TopicId>,
        active_high: bool,
        /// What it is before the first message.
        at_boot: AtBoot,
        fade_ms: u32,
    },
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
    /// Publishes what the first rule that holds decides.
    Decision { publish: TopicId, rules: Vec<Rule>, tick_ms: u32 },
    /// Prints messages on the serial log.
    SerialLog { subscribe: Vec<TopicId> },
    /// The user's own Rust.
    Custom(Custom),
}

/// What an output is when the power comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtBoot {
    /// Off.
    Off,
    /// On; a dimmer at 100 %.
    On,
    /// What it was before the power went, and off at the very first start. For owners of a state alone.
    Last,
}

/// What a push button sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sends {
    /// Each press the next label.
    Press,
    /// Each press a request for the label after the one that this state has.
    After { state: TopicId },
    /// While released the first index, while pressed the second.
    Level { labels: [u8; 2] },
}

impl RoleKind {
    /// The topic that the role publishes: a topic, a state that it owns, or requests for a state that it sets.
    pub fn publishes(&self) -> Option<TopicId> {
        match self {
            Self::PushButton { publish, .. }
            | Self::DigitalInput { publish, .. }
            | Self::AnalogInput { publish, .. }
            | Self::Decision { publish, .. } => Some(*publish),
            Self::SwitchOutput { owns, .. } | Self::DimmerOutput { owns, .. } => *owns,
            Self::SerialLog { .. } | Self::Custom(_) => None,
        }
    }

    /// All topics that the role publishes, ordered: the one of [`RoleKind::publishes`], or those of a custom role.
    pub fn publications(&self) -> BTreeSet<TopicId> {
        match self {
            Self::Custom(custom) => custom.publish.iter().copied().collect(),
            _ => self.publishes().into_iter().collect(),
        }
    }

    /// The topics that the role subscribes to, ordered.
    pub fn subscriptions(&self) -> BTreeSet<TopicId> {
        match self {
            Self::SwitchOutput { subscribe, .. } | Self::DimmerOutput { subscribe, .. } => [*subscribe].into(),
            Self::SerialLog { subscribe } => subscribe.iter().copied().collect(),
            Self::Custom(custom) => custom.subscribe.iter().copied().collect(),
            Self::Decision { rules, .. } => {
                let mut topics = BTreeSet::new();
                for rule in rules {
                    rule.when.topics(&mut topics);
                    rule.then.topics(&mut topics);
                }
                topics
            }
            Self::PushButton { sends: Sends::After { state }, .. } => [*state].into(),
            Self::PushButton { .. } | Self::DigitalInput { .. } | Self::AnalogInput { .. } => BTreeSet::new(),
        }
    }

    /// Calls `visit` with every topic that it names.
    pub(crate) fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::PushButton { publish, sends, .. } => {
                visit(publish);
                if let Sends::After { state } = sends {
                    visit(state);
                }
            }
            Self::DigitalInput { publish: topic, .. } | Self::AnalogInput { publish: topic, .. } => visit(topic),
            Self::DimmerOutput { subscribe, owns, .. } | Self::SwitchOutput { subscribe, owns, .. } => {
                visit(subscribe);
                owns.iter_mut().for_each(visit);
            }
            Self::Custom(custom) => custom.subscribe.iter_mut().chain(&mut custom.publish).for_each(visit),
            Self::SerialLog { subscribe } => subscribe.iter_mut().for_each(visit),
            Self::Decision { publish, rules, .. } => {
                visit(publish);
                for rule in rules {
                    rule.when.topics_mut(visit);
                    rule.then.topics_mut(visit);
                }
            }
        }
    }
}
