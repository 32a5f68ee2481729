//! Messages on their way to the broker: events that wait to be sent, and QoS 1 messages that wait for their PUBACK.

use crate::topic::TopicId;
use crate::values::Stored;

/// The line of the log when a message is dropped.
pub const OUTBOX_FULL: &str = "outbox full, the oldest message is dropped";

/// One message on its way.
#[derive(Clone, Copy, Debug)]
pub struct OutboxEntry {
    pub(crate) topic: TopicId,
    pub(crate) value: Stored,
    /// 0: QoS 0, gone as soon as it is sent.
    pub(crate) packet_id: u16,
    pub(crate) sent: bool,
    pub(crate) duplicate: bool,
}

/// The messages on their way, oldest first, in memory of fixed size.
#[derive(Debug)]
pub(crate) struct Outbox<'m> {
    entries: &'m mut [Option<OutboxEntry>],
}

impl<'m> Outbox<'m> {
    pub(crate) fn new(entries: &'m mut [Option<OutboxEntry>]) -> Self {
        entries.fill(None);
        Self { entries }
    }

    pub(crate) fn has_room(&self) -> bool {
        self.entries.iter().any(Option::is_none)
    }

    /// Adds a message at the end. `false`: there was no room, and the oldest message was dropped for it.
    pub(crate) fn push(&mut self, entry: OutboxEntry) -> bool {
        let room = self.has_room();
        if !room {
            self.remove_first(&|_| true);
        }
        if let Some(free) = self.entries.iter_mut().find(|entry| entry.is_none()) {
            *free = Some(entry);
        }
        room
    }

    /// The oldest message that was not sent on this connection.
    pub(crate) fn next_unsent(&mut self) -> Option<&mut OutboxEntry> {
        self.entries.iter_mut().flatten().find(|entry| !entry.sent)
    }

    /// Whether a message of this topic waits or is not acknowledged yet.
    pub(crate) fn holds(&self, topic: TopicId) -> bool {
        self.entries.iter().flatten().any(|entry| entry.topic == topic)
    }

    /// Takes out the first message that satisfies `which`, keeping the order of the others.
    pub(crate) fn remove_first(&mut self, which: &dyn Fn(&OutboxEntry) -> bool) {
        self.remove(which, 1);
    }

    /// Takes out at most so many messages that satisfy `which`. Once in flash, whoever asks.
    #[inline(never)]
    fn remove(&mut self, which: &dyn Fn(&OutboxEntry) -> bool, mut most: usize) {
        let mut kept = 0;
        for index in 0..self.entries.len() {
            let entry = self.entries.get_mut(index).and_then(Option::take);
            match entry {
                Some(entry) if most > 0 && which(&entry) => most -= 1,
                Some(entry) => {
                    if let Some(free) = self.entries.get_mut(kept) {
                        *free = Some(entry);
                        kept += 1;
                    }
                }
                None => {}
            }
        }
    }

    /// A new connection: what was sent and not acknowledged is sent again, but for topics that `drop` names.
    pub(crate) fn reconnect(&mut self, session_present: bool, drop: impl Fn(TopicId) -> bool) {
        self.remove(&|entry| drop(entry.topic), usize::MAX);
        for entry in self.entries.iter_mut().flatten() {
            entry.duplicate = entry.sent && session_present;
            entry.sent = false;
        }
    }

    /// The connection is gone: QoS 0 messages that were not sent are gone with it.
    pub(crate) fn disconnect(&mut self) {
        self.remove(&|entry| entry.packet_id == 0, usize::MAX);
    }
}
