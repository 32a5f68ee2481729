//! Conditions as Rust expressions. A topic of which nothing was received makes every
//! comparison false.

use super::layout::Code;
use super::names::Names;
use crate::model::{Comparison, Condition, Number, Payload, Time, TopicId};
use crate::plan::Plan;
use std::collections::BTreeSet;

/// What is needed to spell an expression.
pub(super) struct Speller<'a> {
    pub(super) plan: &'a Plan,
    pub(super) names: &'a Names,
}

impl Speller<'_> {
    /// The Rust expression of a condition.
    pub(super) fn condition(&self, condition: &Condition) -> Code {
        match condition {
            Condition::All(parts) if parts.is_empty() => "true".into(),
            Condition::Any(parts) if parts.is_empty() => "false".into(),
            Condition::All(parts) => Code::Chain("&&", parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Any(parts) => Code::Chain("||", parts.iter().map(|part| self.condition(part)).collect()),
            Condition::Label { topic, equal, label } => {
                let Payload::OneOf(labels) = &self.payload(*topic) else { return "false".into() };
                format!("{}.{}({})", self.received(*topic), is(*equal), self.names.label(labels, *label)).into()
            }
            Condition::Bit { topic, value } => format!("{}.is({value})", self.received(*topic)).into(),
            Condition::Text { topic, equal, text } => {
                format!("{}.{}({text:?})", self.received(*topic), is(*equal)).into()
            }
            Condition::Number { left, op, right } => self.compare(left, *op, right).into(),
            Condition::Time { left, op, right } => self.compare_times(*left, *op, *right).into(),
        }
    }

    pub(super) fn payload(&self, topic: TopicId) -> &Payload {
        &self.plan.topics[topic.0].payload
    }

    /// The last message of a topic.
    pub(super) fn received(&self, topic: TopicId) -> String {
        format!("received.{}", self.plan.topics[topic.0].key)
    }

    /// The variable for a topic's message.
    pub(super) fn variable(&self, topic: TopicId) -> &str {
        match self.payload(topic) {
            Payload::Percent => "percent",
            _ => &self.plan.topics[topic.0].key,
        }
    }

    /// Whether a topic's figures are whole numbers.
    pub(super) fn is_whole(&self, topic: TopicId) -> bool {
        matches!(self.payload(topic), Payload::Percent | Payload::Number { decimals: 0, .. })
    }

    fn compare(&self, left: &Number, op: Comparison, right: &Number) -> String {
        match (left, right) {
            // The usual case stays with whole numbers.
            (Number::Topic(topic), Number::Literal(limit)) if self.is_whole(*topic) && limit.fract() == 0.0 => {
                let variable = self.variable(*topic);
                format!("{}.is_some_and(|{variable}| {variable} {} {limit:.0})", self.received(*topic), sign(op))
            }
            (Number::Literal(_), Number::Topic(_)) => self.compare(right, op.mirrored(), left),
            (Number::Literal(left), Number::Literal(right)) => {
                left.partial_cmp(right).is_some_and(|order| op.allows(order)).to_string()
            }
            _ => {
                let mut topics = BTreeSet::new();
                left.topics(&mut topics);
                right.topics(&mut topics);
                let comparison = format!("{} {} {}", self.bare(left), sign(op), self.bare(right));
                topics.iter().rev().fold(comparison, |inner, topic| {
                    format!("{}.is_some_and(|{}| {inner})", self.received(*topic), self.key(*topic))
                })
            }
        }
    }

    /// The variable for a topic's message, where several topics meet.
    pub(super) fn key(&self, topic: TopicId) -> &str {
        &self.plan.topics[topic.0].key
    }

    /// A real number without parentheses around the whole of it; a cast keeps its own, since `as f32 <` is no Rust.
    fn bare(&self, number: &Number) -> String {
        let both = |a: &Number, sign: &str, b: &Number| format!("{} {sign} {}", self.number(a), self.number(b));
        match number {
            Number::Sum(a, b) => both(a, "+", b),
            Number::Difference(a, b) => both(a, "-", b),
            Number::Product(a, b) => both(a, "*", b),
            Number::Quotient(a, b) => both(a, "/", b),
            other => self.number(other),
        }
    }

    /// A real number as the one argument of a call.
    pub(super) fn argument(&self, number: &Number) -> String {
        match number {
            Number::Topic(topic) if self.is_whole(*topic) => format!("{} as f32", self.key(*topic)),
            other => self.bare(other),
        }
    }

    /// A real number inside another; its topics are bound to variables of their names.
    pub(super) fn number(&self, number: &Number) -> String {
        match number {
            Number::Topic(topic) if self.is_whole(*topic) => format!("({} as f32)", self.key(*topic)),
            Number::Topic(topic) => self.key(*topic).to_owned(),
            Number::Literal(literal) => format!("{literal:?}"),
            Number::Negative(number) => format!("-{}", self.number(number)),
            both => format!("({})", self.bare(both)),
        }
    }

    fn compare_times(&self, left: Time, op: Comparison, right: Time) -> String {
        let age = |topic| format!("{}.age(now)", self.received(topic));
        match (left, right) {
            (Time::Age(topic), Time::Millis(ms)) => {
                format!("{}.is_some_and(|age| age {} {})", age(topic), sign(op), duration(ms))
            }
            (Time::Millis(_), Time::Age(_)) => self.compare_times(right, op.mirrored(), left),
            (Time::Age(left), Time::Age(right)) => {
                format!("{}.zip({}).is_some_and(|(left, right)| left {} right)", age(left), age(right), sign(op))
            }
            (Time::Millis(left), Time::Millis(right)) => op.allows(left.cmp(&right)).to_string(),
        }
    }
}

fn is(equal: bool) -> &'static str {
    if equal { "is" } else { "is_not" }
}

fn sign(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

/// A duration in the largest unit that has no fraction.
pub(super) fn duration(ms: u64) -> String {
    let units = [(3_600_000, "hours"), (60_000, "minutes"), (1_000, "seconds"), (1, "millis")];
    match units.iter().find(|(unit, _)| ms > 0 && ms.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("Duration::{name}({})", ms / unit),
        None => "Duration::ZERO".into(),
    }
}
