//! What was observed of a running layout.

use broker::watch::Message;
use std::collections::BTreeMap;

/// Messages and printed lines since something was done, and the present state of all pins.
#[derive(Debug, Default)]
pub(crate) struct Observation {
    /// Messages on the broker, in order.
    pub(crate) messages: Vec<Message>,
    /// The level of each pin, `true` for high, by node and GPIO.
    pub(crate) levels: BTreeMap<(usize, u8), bool>,
    /// How long each dimmed pin is high, in thousandths, by node and GPIO.
    pub(crate) duties: BTreeMap<(usize, u8), u16>,
    /// Lines that nodes printed, in order: the node's index, the line.
    pub(crate) logs: Vec<(usize, String)>,
}

impl Observation {
    /// The payload of a topic's last message.
    pub(super) fn last_payload(&self, path: &str) -> Option<&str> {
        self.messages.iter().rev().find(|message| message.topic == path).map(|message| message.payload.as_str())
    }

    /// Whether a topic had this message.
    pub(super) fn has_message(&self, path: &str, payload: &str) -> bool {
        self.messages.iter().any(|message| message.topic == path && message.payload == payload)
    }
}
