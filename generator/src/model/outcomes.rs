//! Outcomes of rules: what the published topic then carries.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::numbers::Number;
use super::topics::TopicId;
use std::collections::BTreeSet;

/// The payload that a rule publishes.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The label with this index; of a bit, 0 or 1.
    Label(usize),
    /// The figure, in units of 10^-decimals of the published topic, inside its range.
    Figure(i32),
    /// Computed: rounded to the published topic's step and kept inside its range. Names at least one topic.
    Number(Number),
    /// This text, as it is published.
    Text(String),
    /// The last message of the other topic: it has the same payload.
    Copy(TopicId),
}

impl Outcome {
    /// Every topic that it names, as often as it names it.
    pub(crate) fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::Number(number) => number.topics_mut(visit),
            Self::Copy(topic) => visit(topic),
            Self::Label(_) | Self::Figure(_) | Self::Text(_) => {}
        }
    }

    /// Adds the topics that it names.
    pub fn topics(&self, topics: &mut BTreeSet<TopicId>) {
        match self {
            Self::Number(number) => number.topics(topics),
            Self::Copy(topic) => {
                topics.insert(*topic);
            }
            Self::Label(_) | Self::Figure(_) | Self::Text(_) => {}
        }
    }
}
