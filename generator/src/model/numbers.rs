//! What rules compute with: numbers of topics, and times.
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use super::topics::TopicId;
use std::collections::BTreeSet;

/// A real number, computed from topics. A percent is 0 to 100, a number topic its value in its unit (21.5, not 215).
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// The last message of the topic.
    Topic(TopicId),
    /// Written in the rule.
    Literal(f64),
    Negative(Box<Number>),
    Sum(Box<Number>, Box<Number>),
    Difference(Box<Number>, Box<Number>),
    Product(Box<Number>, Box<Number>),
    /// Of zero by zero: no comparison with it holds.
    Quotient(Box<Number>, Box<Number>),
}

impl Number {
    /// Every topic that it names, as often as it names it.
    pub(crate) fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::Topic(topic) => visit(topic),
            Self::Literal(_) => {}
            Self::Negative(number) => number.topics_mut(visit),
            Self::Sum(a, b) | Self::Difference(a, b) | Self::Product(a, b) | Self::Quotient(a, b) => {
                a.topics_mut(visit);
                b.topics_mut(visit);
            }
        }
    }

    /// Adds the topics that it names.
    pub fn topics(&self, topics: &mut BTreeSet<TopicId>) {
        match self {
            Self::Topic(topic) => {
                topics.insert(*topic);
            }
            Self::Literal(_) => {}
            Self::Negative(number) => number.topics(topics),
            Self::Sum(a, b) | Self::Difference(a, b) | Self::Product(a, b) | Self::Quotient(a, b) => {
                a.topics(topics);
                b.topics(topics);
            }
        }
    }
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Since the topic's last message.
    Age(TopicId),
    /// Written in the rule, in milliseconds.
    Millis(u64),
}
