//! The values of messages: which are valid on a topic, and how rules see the last one.

use crate::time::{Duration, Instant};

/// The format of a topic's messages on the wire, and which are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Decimal text. All figures are in units of 10^-`decimals`: with one decimal, 215 stands for `21.5`.
    Number {
        /// The smallest valid figure.
        min: i32,
        /// The largest valid figure.
        max: i32,
        /// Values are rounded to `min` plus a multiple of this when sent; at least 1.
        step: i32,
        /// How many digits follow the point on the wire.
        decimals: u8,
    },
    /// One of these labels.
    Labels(&'static [&'static str]),
    /// UTF-8 of at most `max` bytes.
    Text {
        /// The longest valid text, in bytes.
        max: u16,
    },
}

impl Payload {
    /// `0` to `100`.
    pub const PERCENT: Self = Self::Number { min: 0, max: 100, step: 1, decimals: 0 };
    /// `0` or `1`.
    pub const BIT: Self = Self::Labels(&["0", "1"]);

    /// Bytes of memory that a text of this payload takes; 0 for numbers and labels.
    pub(crate) const fn text_length(&self) -> usize {
        match self {
            Self::Text { max } => *max as usize,
            _ => 0,
        }
    }
}

/// The value of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A figure in units of 10^-`decimals` of its topic's payload.
    Number(i32),
    /// The index of a label of its topic's payload; of a bit, 0 or 1.
    Label(u8),
    /// The payload as text.
    Text(&'a str),
}

/// The last message of a topic, as a rule sees it. Without a message every comparison is false.
#[derive(Clone, Copy, Debug)]
pub struct Latest<T> {
    received: Option<(T, Instant)>,
}

impl<T> Latest<T> {
    /// The last message had this value, and came at `at`.
    pub const fn received(value: T, at: Instant) -> Self {
        Self { received: Some((value, at)) }
    }

    /// No message came yet.
    pub const fn never() -> Self {
        Self { received: None }
    }
}

impl<T: Copy + PartialEq> Latest<T> {
    /// The value of the last message.
    pub fn get(&self) -> Option<T> {
        self.received.map(|(value, _)| value)
    }

    /// Whether there is a message, and its value is `value`.
    pub fn is(&self, value: T) -> bool {
        self.get() == Some(value)
    }

    /// Whether there is a message, and its value is not `value`.
    pub fn is_not(&self, value: T) -> bool {
        self.get().is_some_and(|received| received != value)
    }

    /// Whether there is a message, and its value satisfies `question`.
    pub fn is_some_and(&self, question: impl FnOnce(T) -> bool) -> bool {
        self.get().is_some_and(question)
    }

    /// How long ago the last message came.
    pub fn age(&self, now: Instant) -> Option<Duration> {
        self.received.as_ref().map(|&(_, at)| now.since(at))
    }
}
