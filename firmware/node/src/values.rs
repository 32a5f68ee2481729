//! What the node knows: for each topic the last message received and the last one published.

use crate::needs::TEXTS;
use crate::time::Instant;
use crate::topic::{TopicId, Topics};
use crate::value::{Latest, Payload, Value};
use crate::wire::power_of_ten;

/// The longest text a topic can carry, in bytes.
pub const LONGEST_TEXT: usize = 256;

/// A value without its text, which stands in the node's text memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stored {
    Number(i32),
    Label(u8),
    Text(u16),
}

/// What the node knows of one topic.
#[derive(Clone, Copy, Debug, Default)]
pub struct Slot {
    pub(crate) received: Option<(Stored, Instant)>,
    pub(crate) published: Option<Stored>,
    /// Received, and not handed to the roles yet.
    pub(crate) undelivered: bool,
    /// Published, and not sent to the broker yet.
    pub(crate) unsent: bool,
}

/// What the node knows of all its topics, as drivers and rules see it.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    pub(crate) topics: Topics,
    pub(crate) slots: &'a [Slot],
    pub(crate) text: &'a [u8],
}

/// An enumeration of the labels of a topic; written by [`labels!`](crate::labels).
pub trait Label: Copy + PartialEq {
    /// The label with this index in the topic's payload.
    fn from_index(index: u8) -> Option<Self>;
    /// The label's index in the topic's payload.
    fn index(self) -> u8;
}

impl<'a> Values<'a> {
    /// A topic of figures without decimals.
    pub fn integer(&self, topic: TopicId) -> Latest<i32> {
        self.latest(topic, |value| match value {
            Value::Number(figure) => Some(figure),
            _ => None,
        })
    }

    /// A topic of figures, in the topic's unit: 21.5 for `21.5` on the wire.
    pub fn number(&self, topic: TopicId) -> Latest<f32> {
        let decimals = match self.topics.get(usize::from(topic.0)).map(|topic| topic.payload) {
            Some(Payload::Number { decimals, .. }) => decimals,
            _ => 0,
        };
        self.latest(topic, |value| match value {
            // A quotient of two exact floats is the float nearest to the decimal, so `== 21.5` works.
            Value::Number(figure) => Some(figure as f32 / power_of_ten(decimals) as f32),
            _ => None,
        })
    }

    /// A topic of labels.
    pub fn label<L: Label>(&self, topic: TopicId) -> Latest<L> {
        self.latest(topic, |value| match value {
            Value::Label(index) => L::from_index(index),
            _ => None,
        })
    }

    /// A topic of bits.
    pub fn bit(&self, topic: TopicId) -> Latest<bool> {
        self.latest(topic, |value| match value {
            Value::Label(index) => Some(index == 1),
            _ => None,
        })
    }

    /// A topic of text.
    pub fn text(&self, topic: TopicId) -> Latest<&'a str> {
        self.latest(topic, |value| match value {
            Value::Text(text) => Some(text),
            _ => None,
        })
    }

    /// The last message received.
    pub fn received(&self, topic: TopicId) -> Option<Value<'a>> {
        let (stored, _) = self.slot(topic)?.received?;
        self.value(topic, stored)
    }

    /// The last message published by this node.
    pub fn published(&self, topic: TopicId) -> Option<Value<'a>> {
        self.value(topic, self.slot(topic)?.published?)
    }

    pub(crate) fn value(&self, topic: TopicId, stored: Stored) -> Option<Value<'a>> {
        Some(match stored {
            Stored::Number(figure) => Value::Number(figure),
            Stored::Label(index) => Value::Label(index),
            Stored::Text(_) if !TEXTS => return None,
            Stored::Text(length) => {
                let start = text_start(self.topics, topic);
                let bytes = self.text.get(start..start + usize::from(length))?;
                Value::Text(core::str::from_utf8(bytes).ok()?)
            }
        })
    }

    fn slot(&self, topic: TopicId) -> Option<&'a Slot> {
        self.slots.get(usize::from(topic.0))
    }

    fn latest<T>(&self, topic: TopicId, pick: impl FnOnce(Value<'a>) -> Option<T>) -> Latest<T> {
        let at = self.slot(topic).and_then(|slot| slot.received).map(|(_, at)| at);
        match (self.received(topic).and_then(pick), at) {
            (Some(value), Some(at)) => Latest::received(value, at),
            _ => Latest::never(),
        }
    }
}

/// Where a topic's text starts in the node's text memory.
pub(crate) fn text_start(topics: Topics, topic: TopicId) -> usize {
    topics.iter().take(usize::from(topic.0)).map(|topic| topic.payload.text_length()).sum()
}

/// Stores a value, its text in the text memory.
pub(crate) fn store(topics: Topics, memory: &mut [u8], topic: TopicId, value: Value<'_>) -> Stored {
    match value {
        Value::Number(figure) => Stored::Number(figure),
        Value::Label(index) => Stored::Label(index),
        Value::Text(_) if !TEXTS => Stored::Text(0),
        Value::Text(text) => {
            let start = text_start(topics, topic);
            let room = topics.get(usize::from(topic.0)).map_or(0, |topic| topic.payload.text_length());
            let length = text.floor_char_boundary(room);
            if let (Some(to), Some(from)) = (memory.get_mut(start..start + length), text.as_bytes().get(..length)) {
                to.copy_from_slice(from);
            }
            Stored::Text(length as u16)
        }
    }
}

/// Writes an enumeration for the labels of a topic, in the order of its payload.
#[macro_export]
macro_rules! labels {
    ($(#[$attribute:meta])* $visibility:vis enum $name:ident { $($variant:ident = $label:literal),+ $(,)? }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $visibility enum $name {
            $(#[doc = concat!("`", $label, "`")] $variant),+
        }

        #[allow(dead_code, reason = "a node that only publishes needs no way back")]
        impl $name {
            /// The labels on the wire.
            $visibility const LABELS: &'static [&'static str] = &[$($label),+];
        }

        impl $crate::Label for $name {
            fn from_index(index: u8) -> Option<Self> {
                [$(Self::$variant),+].get(usize::from(index)).copied()
            }

            fn index(self) -> u8 {
                self as u8
            }
        }

        impl From<$name> for $crate::Value<'_> {
            fn from(label: $name) -> Self {
                Self::Label($crate::Label::index(label))
            }
        }
    };
}
