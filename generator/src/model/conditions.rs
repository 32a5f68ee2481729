//! Conditions of rules: typed, negations pushed down to the comparisons.
//!
//! A comparison that needs a topic without a message so far is false, and so is its negation; that is why no `Not`
//! is left: "definitely true" of `!(a && b)` is "definitely true" of `!a || !b` (Kleene's logic).
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::comparison::Comparison;
use super::numbers::{Number, Time};
use super::topics::TopicId;
use std::collections::BTreeSet;

/// When a rule holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold; none: always true.
    All(Vec<Condition>),
    /// One holds at least; none: never true.
    Any(Vec<Condition>),
    /// The last message of the topic is this label (or, with `equal: false`, another).
    Label { topic: TopicId, equal: bool, label: usize },
    /// The last message of the bit topic is this.
    Bit { topic: TopicId, value: bool },
    /// The last message of the text topic is this (or, with `equal: false`, another).
    Text { topic: TopicId, equal: bool, text: String },
    /// A comparison of two figures.
    Number { left: Number, op: Comparison, right: Number },
    /// Ages and durations compared.
    Time { left: Time, op: Comparison, right: Time },
}

impl Condition {
    /// Every topic that it names, as often as it names it.
    pub(crate) fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.topics_mut(visit)),
            Self::Label { topic, .. } | Self::Bit { topic, .. } | Self::Text { topic, .. } => visit(topic),
            Self::Number { left, right, .. } => [left, right].into_iter().for_each(|side| side.topics_mut(visit)),
            Self::Time { left, right, .. } => {
                for side in [left, right] {
                    if let Time::Age(topic) = side {
                        visit(topic);
                    }
                }
            }
        }
    }

    /// Adds the topics that it names.
    pub fn topics(&self, topics: &mut BTreeSet<TopicId>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.topics(topics)),
            Self::Label { topic, .. } | Self::Bit { topic, .. } | Self::Text { topic, .. } => {
                topics.insert(*topic);
            }
            Self::Number { left, right, .. } => [left, right].iter().for_each(|side| side.topics(topics)),
            Self::Time { left, right, .. } => {
                topics.extend([left, right].iter().filter_map(|side| match side {
                    Time::Age(topic) => Some(*topic),
                    Time::Millis(_) => None,
                }));
            }
        }
    }
}
