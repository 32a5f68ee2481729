//! What the node sends to the broker: its status, its subscriptions, and the messages that are due.

use super::state::Node;
use crate::board::Board;
use crate::mqtt::encode::{Full, Publish};
use crate::needs::SUBSCRIBES;
use crate::outbox::OutboxEntry;
use crate::program::Network;
use crate::restart::Restart;
use crate::topic::{Qos, TopicId};
use crate::values::Values;
use crate::wire::FIGURE;

impl Node<'_> {
    /// Writes what is due into the transmit buffer, as far as it fits: no packet is written by halves.
    pub(super) fn transmit(&mut self, network: &Network, board: &mut dyn Board) {
        if self.session.online() && self.write_due(network).is_err() && self.outgoing().is_empty() {
            // Not even an empty buffer takes it; a plan never makes such a node, a patched identity could.
            board.log(&[b"a message is too long to send"]);
        }
    }

    fn write_due(&mut self, network: &Network) -> Result<(), Full> {
        self.session.acknowledge();
        if self.online_due {
            let online = Publish {
                topic: self.identity.status(network),
                payload: b"online",
                qos: Qos::AtMostOnce,
                retain: true,
                duplicate: false,
                packet_id: 0,
            };
            if let Some(restart) = self.restart {
                let mut buffer = Restart::buffer();
                let payload = restart.sentence(&mut buffer);
                self.session.transmit.publish(&Publish { payload, retain: false, ..online })?;
                self.restart = None;
            }
            self.session.transmit.publish(&online)?;
            self.online_due = false;
        }
        while let Some(topic) = self.program.topics.get(self.subscribed).filter(|_| SUBSCRIBES) {
            if topic.route.subscribes() {
                let id = self.session.packet_id();
                self.session.transmit.subscribe(id, self.identity.path(self.subscribed, topic), topic.qos)?;
            }
            self.subscribed += 1;
        }
        self.queue_states();
        self.write_outbox()
    }

    /// Puts the latest value of each state that the broker does not know yet into the outbox.
    fn queue_states(&mut self) {
        for (index, (topic, slot)) in self.program.topics.iter().zip(self.slots.iter_mut()).enumerate() {
            let id = TopicId(index as u8);
            if let (true, Some(value)) = (slot.unsent, slot.published)
                && self.outbox.has_room()
                && !self.outbox.holds(id)
            {
                let packet_id = if topic.qos == Qos::AtLeastOnce { self.session.packet_id() } else { 0 };
                self.outbox.push(OutboxEntry { topic: id, value, packet_id, sent: false, duplicate: false });
                slot.unsent = false;
            }
        }
    }

    fn write_outbox(&mut self) -> Result<(), Full> {
        let values = Values { topics: &self.program.topics, slots: self.slots, text: self.text };
        while let Some(entry) = self.outbox.next_unsent() {
            let OutboxEntry { topic: id, value, packet_id, duplicate, .. } = *entry;
            if let Some((topic, value)) =
                self.program.topics.get(usize::from(id.0)).and_then(|topic| Some((topic, values.value(id, value)?)))
            {
                let mut buffer = [0; FIGURE];
                self.session.transmit.publish(&Publish {
                    topic: self.identity.path(usize::from(id.0), topic),
                    payload: topic.payload.write(value, &mut buffer),
                    qos: topic.qos,
                    retain: topic.retain,
                    duplicate,
                    packet_id,
                })?;
            }
            entry.sent = true;
            if packet_id == 0 {
                self.outbox.remove_first(&|entry| entry.sent && entry.packet_id == 0);
            }
        }
        Ok(())
    }
}
