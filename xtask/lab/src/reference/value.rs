//! Values of topics, and what is known of them.

use fleetwright_generator::model::Payload;
use std::time::Instant;

/// The value of a topic.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// The label with this index.
    Label(usize),
    /// A figure, in units of 10^-decimals.
    Figure(i32),
    /// Text.
    Text(String),
}

/// What is known of a topic.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    /// It can't be known.
    Unknown,
    /// Nothing was published on it.
    Nothing,
    /// The last value, and when it was published.
    Published(Value, Instant),
}

impl Value {
    /// The payload of its message as text.
    pub(crate) fn text(&self, payload: &Payload) -> String {
        match self {
            Self::Label(index) => payload.labels().get(*index).cloned().unwrap_or_default(),
            Self::Figure(figure) => payload.figure_text(*figure),
            Self::Text(text) => text.clone(),
        }
    }

    /// Reads the payload of a message; `None`: messages of this topic can't be so.
    pub(super) fn parse(payload: &Payload, text: &str) -> Option<Self> {
        let label = payload.labels().iter().position(|label| label == text).map(Self::Label);
        let figure = || text.replace('.', "").parse().ok().map(Self::Figure);
        match payload {
            Payload::Text { .. } => Some(Self::Text(text.to_owned())),
            _ => label.or_else(figure),
        }
    }
}

/// Values that a client may publish on a topic with this payload: the extremes of numbers, each label, a text.
pub(crate) fn samples(payload: &Payload) -> Vec<Value> {
    match payload {
        Payload::Percent => vec![Value::Figure(0), Value::Figure(100)],
        Payload::Number { min, max, .. } => vec![Value::Figure(*min), Value::Figure(*max)],
        Payload::OneOf(_) | Payload::Bit => (0..payload.labels().len()).map(Value::Label).collect(),
        Payload::Text { max } => vec![Value::Text("test pub".chars().take(usize::from(*max)).collect())],
    }
}
