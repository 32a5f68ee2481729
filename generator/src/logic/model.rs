//! Rules as meant: typed, negations pushed down to the comparisons.
//!
//! A comparison that needs a topic that was not heard yet is false, and so is its negation; that is why no `Not`
//! is left: "definitely true" of `!(a && b)` is "definitely true" of `!a || !b` (Kleene's logic).
#![allow(missing_docs, reason = "variants and their fields say it by their names")]

use crate::fleet::TopicId;

/// When a rule holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All hold; none: always true.
    All(Vec<Condition>),
    /// One holds at least; none: never true.
    Any(Vec<Condition>),
    /// The topic says this label (or, with `equal: false`, another).
    Label { topic: TopicId, equal: bool, label: usize },
    /// The bit topic says this.
    Bit { topic: TopicId, value: bool },
    /// The text topic says this (or, with `equal: false`, something else).
    Text { topic: TopicId, equal: bool, text: String },
    /// Figures compared.
    Number { left: Number, op: Comparison, right: Number },
    /// Ages and durations compared.
    Time { left: Time, op: Comparison, right: Time },
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A real number, computed from topics. A percent is 0 to 100, a number topic its value in its unit (21.5, not 215).
#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    /// What the topic says.
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

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// Since the topic's last message.
    Age(TopicId),
    /// Written in the rule, in milliseconds.
    Millis(u64),
}

/// What the published topic then says.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// The label with this index; of a bit, 0 or 1.
    Label(usize),
    /// The figure, in units of 10^-decimals of the published topic, inside its range.
    Figure(i32),
    /// Computed: rounded to the published topic's step and kept inside its range. Names at least one topic.
    Number(Number),
    /// This text.
    Text(String),
    /// Whatever the other topic says: it has the same payload.
    Copy(TopicId),
}
