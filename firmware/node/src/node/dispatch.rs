//! The node's roles: calls them, publishes what they answer, and hands messages from one to the others.

use super::state::Node;
use crate::board::Board;
use crate::needs::{CUSTOM, LOCAL, RECEIVES, TEXTS, WATCHED};
use crate::outbox::{OUTBOX_FULL, OutboxEntry};
use crate::program::Role;
use crate::roles::driver::{DriverContext, Publication, RoleState};
use crate::time::Instant;
use crate::topic::{Qos, TopicId};
use crate::value::Value;
use crate::values::{LONGEST_TEXT, Values, store};
use crate::wire::FIGURE;

/// How many messages roles may hand to each other in one call. A loop of topics that does not settle goes on with the
/// next poll, so that it can't stop the node.
const HANDOVERS: usize = 32;

impl Node<'_> {
    /// Calls one role, and publishes what it answers.
    pub(super) fn call_role(
        &mut self,
        index: usize,
        now: Instant,
        board: &mut dyn Board,
        act: impl for<'v> FnOnce(&Role, &mut RoleState, &mut DriverContext<'v>) -> Option<Publication<'v>>,
    ) {
        let (Some(role), Some(state)) = (self.program.roles.get(index), self.states.get_mut(index)) else { return };
        let values = Values { topics: &self.program.topics, slots: self.slots, text: self.text };
        let answer = act(role, state, &mut DriverContext { now, values, board });
        match answer {
            None => {}
            Some(Publication(topic, Value::Text(text))) if TEXTS => {
                // It may lie in the memory that is about to be written.
                let mut copy = [0; LONGEST_TEXT];
                let length = text.len().min(LONGEST_TEXT);
                let (Some(to), Some(from)) = (copy.get_mut(..length), text.as_bytes().get(..length)) else { return };
                to.copy_from_slice(from);
                self.publish(topic, Value::Text(core::str::from_utf8(to).unwrap_or_default()), now, board);
            }
            // The value is written anew: what is published must not borrow the texts.
            Some(Publication(topic, Value::Number(figure))) => self.publish(topic, Value::Number(figure), now, board),
            Some(Publication(topic, Value::Label(index))) => self.publish(topic, Value::Label(index), now, board),
            Some(Publication(_, Value::Text(_))) => {}
        }
        if CUSTOM && let Some(role) = self.program.roles.get(index) {
            role.driver.publish_more(&mut |topic, value| self.publish(topic, value, now, board));
        }
    }

    /// Hands messages to the roles until none is left, or [`HANDOVERS`] times.
    pub(super) fn deliver(&mut self, now: Instant, board: &mut dyn Board) {
        if !RECEIVES {
            return;
        }
        for _ in 0..HANDOVERS {
            let Some(topic) = self.slots.iter().position(|slot| slot.undelivered) else { return };
            if let Some(slot) = self.slots.get_mut(topic) {
                slot.undelivered = false;
            }
            let id = TopicId(topic as u8);
            for index in 0..self.program.roles.len() {
                self.call_role(index, now, board, |role, state, context| role.driver.received(id, state, context));
            }
        }
    }

    /// Publishes a value for a role: roles of this node receive it at once or through the broker, other nodes through the
    /// broker.
    fn publish(&mut self, id: TopicId, value: Value<'_>, now: Instant, board: &mut dyn Board) {
        let index = usize::from(id.0);
        let Some(topic) = self.program.topics.get(index) else { return };
        let stored = store(&self.program.topics, self.text, id, value);
        let Some(slot) = self.slots.get_mut(index) else { return };
        slot.published = Some(stored);
        let handed_over = RECEIVES && topic.route.hands_over();
        if handed_over || WATCHED {
            let mut buffer = [0; FIGURE];
            let payload = topic.payload.write(value, &mut buffer);
            let path = self.identity.path(index, topic);
            if WATCHED || LOCAL {
                board.published(topic, path, payload);
            }
            if handed_over {
                slot.received = Some((stored, now));
                slot.undelivered = true;
                for role in self.program.roles {
                    role.driver.received_bytes(id, path, payload, board);
                }
            }
        }
        if !topic.route.publishes() {
            return;
        }
        let acknowledged = topic.qos == Qos::AtLeastOnce;
        if topic.is_state() {
            slot.unsent = topic.retain || acknowledged || self.session.online();
        } else if acknowledged || self.session.online() {
            let packet_id = if acknowledged { self.session.packet_id() } else { 0 };
            let entry = OutboxEntry { topic: id, value: stored, packet_id, sent: false, duplicate: false };
            if !self.outbox.push(entry) {
                board.log(&[OUTBOX_FULL.as_bytes()]);
            }
        }
    }
}
