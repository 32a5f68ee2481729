//! The memory of a node: slices that a platform owns, since there is no allocation here, and how large they must be.

use crate::outbox::OutboxEntry;
use crate::program::Program;
use crate::roles::driver::RoleState;
use crate::topic::Topic;
use crate::value::Payload;
use crate::values::Slot;

/// Messages that may be on their way at a time.
pub const OUTBOX: usize = 16;
/// Bytes for a figure or a label that another client spelled at length; a longer one could not be valid.
const SPELLED: usize = 32;
/// The least memory for packets to be sent: a handful of them in one TCP segment.
const LEAST: usize = 256;
/// A password as `cargo xtask secrets` makes it.
const PASSWORD: usize = 64;

/// The memory a node works in; a platform decides where it lies.
pub struct Memory<'m> {
    /// One for each topic of the program.
    pub slots: &'m mut [Slot],
    /// One for each role of the program.
    pub states: &'m mut [RoleState],
    /// [`Program::text_memory`] bytes.
    pub text: &'m mut [u8],
    /// [`Program::receive_memory`] bytes: one received packet without its fixed header; larger ones are passed over.
    pub receive: &'m mut [u8],
    /// [`Program::transmit_memory`] bytes for packets on their way out; CONNECT must fit.
    pub transmit: &'m mut [u8],
    /// Messages that may be on their way at a time: [`OUTBOX`].
    pub outbox: &'m mut [Option<OutboxEntry>],
}

impl Program {
    /// Bytes of text that a node of this program stores.
    pub const fn text_memory(&self) -> usize {
        let (mut total, mut rest) = (0, self.topics);
        while let [topic, later @ ..] = rest {
            total += topic.payload.text_length();
            rest = later;
        }
        total
    }

    /// The longest name of a topic, the status topic among them, and of the node itself, in bytes.
    pub const fn longest_name(&self) -> usize {
        let mut longest = self.node.len();
        if let Some(network) = &self.network {
            longest = max(longest, network.status.len());
        }
        let mut rest = self.topics;
        while let [topic, later @ ..] = rest {
            longest = max(longest, topic.path.len());
            rest = later;
        }
        longest
    }

    /// Bytes for the longest message that means something to a node whose names are no longer than this.
    pub const fn receive_memory(&self, longest_name: usize) -> usize {
        let (mut payload, mut rest) = (0, self.topics);
        while let [topic, later @ ..] = rest {
            if topic.route.subscribes() {
                payload = max(payload, longest_message(topic));
            }
            rest = later;
        }
        // Length of the name, name, packet identifier, message. Every other packet is shorter.
        2 + longest_name + 2 + max(payload, SPELLED)
    }

    /// Bytes for any packet that such a node sends: CONNECT with its will and credentials, and every PUBLISH.
    pub const fn transmit_memory(&self, longest_name: usize) -> usize {
        let (mut payload, mut rest) = (0, self.topics);
        while let [topic, later @ ..] = rest {
            payload = max(payload, longest_message(topic));
            rest = later;
        }
        // Fixed header and variable header; identifier, will topic and will, user, password, each with its length.
        let connect = 5 + 10 + 5 * 2 + 3 * longest_name + "offline".len() + PASSWORD;
        let publish = 5 + 2 + longest_name + 2 + payload;
        max(LEAST, max(connect, publish))
    }
}

const fn longest_message(topic: &Topic) -> usize {
    match topic.payload {
        Payload::Text { max } => max as usize,
        Payload::Labels(labels) => {
            let (mut longest, mut rest) = (0, labels);
            while let [label, later @ ..] = rest {
                longest = max(longest, label.len());
                rest = later;
            }
            longest
        }
        Payload::Number { .. } => SPELLED,
    }
}

const fn max(one: usize, other: usize) -> usize {
    if one > other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Network;
    use crate::time::Duration;
    use crate::topic::{Qos, Route};

    const fn topic(path: &'static str, payload: Payload, route: Route) -> Topic {
        Topic { path, payload, qos: Qos::AtMostOnce, retain: false, route }
    }

    const fn program(topics: &'static [Topic]) -> Program {
        let network = Some(Network { status: "fleet/node/status", keep_alive: Duration::seconds(30) });
        Program { fleet: "fleet", node: "node", network, topics, roles: &[] }
    }

    #[test]
    fn texts_are_stored_and_must_fit() {
        static TOPICS: [Topic; 2] = [
            topic("a", Payload::Text { max: 200 }, Route::Subscribe),
            topic("b", Payload::Text { max: 300 }, Route::Publish),
        ];
        let program = program(&TOPICS);
        assert_eq!(program.text_memory(), 500);
        let longest = program.longest_name();
        assert_eq!(longest, "fleet/node/status".len());
        assert_eq!(program.receive_memory(longest), 2 + longest + 2 + 200);
        assert_eq!(program.transmit_memory(longest), 5 + 2 + longest + 2 + 300);
    }

    #[test]
    fn a_node_that_says_little_still_greets() {
        let program = program(&[]);
        assert_eq!(program.receive_memory(17), 2 + 17 + 2 + SPELLED);
        assert_eq!(program.transmit_memory(17), LEAST);
        assert_eq!(program.transmit_memory(100), 25 + 300 + 7 + PASSWORD);
    }
}
