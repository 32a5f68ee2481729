//! What the node receives from the broker.

use super::state::Node;
use crate::board::Board;
use crate::mqtt::session::{Event, Socket};
use crate::needs::{SUBSCRIBES, WATCHED};
use crate::time::Instant;
use crate::topic::{Topic, TopicId};
use crate::values::store;
use crate::wire::{FIGURE, decimal};

impl Node<'_> {
    /// Bytes came over the TCP connection.
    pub fn received(&mut self, mut bytes: &[u8], now: Instant, board: &mut dyn Board) {
        let Some(network) = &self.program.network else { return };
        while !bytes.is_empty() && matches!(self.session.socket(now), Socket::Open) {
            match self.take_packet(bytes, now, board) {
                Some(count) => bytes = bytes.get(count..).unwrap_or_default(),
                None => {
                    self.closed(now);
                    return;
                }
            }
            self.deliver(now, board);
            self.transmit(network, board);
        }
    }

    /// Takes bytes up to the end of a packet and does what it asks for; `None`: the connection is to be closed.
    fn take_packet(&mut self, bytes: &[u8], now: Instant, board: &mut dyn Board) -> Option<usize> {
        let Self { session, program, slots, text, outbox, identity, .. } = self;
        let Ok((count, event)) = session.receive(bytes, now) else {
            board.log(&[b"the broker sent what is no MQTT 3.1.1"]);
            return None;
        };
        match event {
            Event::Nothing => {}
            Event::NotGranted if SUBSCRIBES => board.log(&[b"the broker refused a subscription"]),
            Event::Acknowledged(id) => outbox.remove_first(&|entry| entry.packet_id == id && entry.sent),
            Event::Refused(code) => {
                let mut buffer = [0; FIGURE];
                board.log(&[b"the broker refused the connection, code ", decimal(code.into(), &mut buffer)]);
                return None;
            }
            Event::Online { session_present } => {
                board.log(&[b"connected"]);
                self.online_due = true;
                self.subscribed = 0;
                self.republish(session_present);
            }
            Event::NotGranted => {}
            Event::Message(path, payload) if SUBSCRIBES => {
                let mut topics = program.topics.iter().enumerate();
                let named =
                    |(index, topic): &(usize, &Topic)| topic.route.subscribes() && identity.path(*index, topic) == path;
                let Some((index, topic)) = topics.find(named) else { return Some(count) };
                let id = TopicId(index as u8);
                let Some(payload) = payload else {
                    board.log(&[b"too long a message on ", path.as_bytes()]);
                    return Some(count);
                };
                for role in program.roles {
                    role.driver.received_bytes(id, path, payload, board);
                }
                match topic.payload.read(payload) {
                    Some(value) => {
                        if WATCHED {
                            board.received(topic, payload);
                        }
                        let stored = store(&program.topics, text, id, value);
                        if let Some(slot) = slots.get_mut(index) {
                            slot.received = Some((stored, now));
                            slot.undelivered = true;
                        }
                    }
                    None => board.log(&[b"not a valid message on ", path.as_bytes()]),
                }
            }
            Event::Message(..) => {}
        }
        Some(count)
    }

    /// A new connection: marks what the broker must be told again, and prepares the outbox to send again.
    fn republish(&mut self, session_present: bool) {
        let Self { program, slots, outbox, .. } = self;
        for (index, (topic, slot)) in program.topics.iter().zip(slots.iter_mut()).enumerate() {
            // Where others publish too, the last value is published again only if it was ours.
            let ours = slot.received.is_none_or(|(received, _)| Some(received) == slot.published);
            let lost = topic.is_state() && outbox.holds(TopicId(index as u8));
            if topic.route.publishes() && slot.published.is_some() && (lost || topic.retain && ours) {
                slot.unsent = true;
            }
        }
        let state = |id: TopicId| program.topics.get(usize::from(id.0)).is_some_and(Topic::is_state);
        outbox.reconnect(session_present, state);
    }
}
