//! A running node: its program, its memory, and its connection to the broker as the platform sees it.

use crate::identity::Identity;
use crate::memory::Memory;
use crate::mqtt::session::{Session, Socket};
use crate::needs::CLUSTER;
use crate::outbox::Outbox;
use crate::program::Program;
use crate::restart::Restart;
use crate::roles::driver::RoleState;
use crate::time::Instant;
use crate::values::Slot;

/// A running node.
pub struct Node<'m> {
    pub(super) program: &'static Program,
    pub(super) identity: Identity<'m>,
    pub(super) slots: &'m mut [Slot],
    pub(super) states: &'m mut [RoleState],
    pub(super) text: &'m mut [u8],
    pub(super) session: Session<'m>,
    pub(super) outbox: Outbox<'m>,
    /// Whether `online` is still to be published on this connection.
    pub(super) online_due: bool,
    /// Why the node started again, until the broker was told.
    pub(super) restart: Option<Restart>,
    /// Topics before this index have been subscribed on this connection.
    pub(super) subscribed: usize,
}

impl<'m> Node<'m> {
    /// A node that has not started yet; `seed` decides the jitter of its back-off.
    pub fn new(program: &'static Program, identity: Identity<'m>, memory: Memory<'m>, seed: u32) -> Self {
        memory.slots.fill(Slot::default());
        memory.states.fill(RoleState::default());
        Self {
            program,
            identity,
            slots: memory.slots,
            states: memory.states,
            text: memory.text,
            session: Session::new(memory.receive, memory.transmit, seed),
            outbox: Outbox::new(memory.outbox),
            online_due: false,
            restart: None,
            subscribed: 0,
        }
    }

    /// Tells the node why it started again; it publishes that once, when the broker has accepted it.
    pub fn restarted(&mut self, restart: Restart) {
        self.restart = Some(restart);
    }

    /// What the node wants of its TCP connection.
    pub fn socket(&self, now: Instant) -> Socket {
        if self.program.network.is_some() { self.session.socket(now) } else { Socket::None }
    }

    /// The TCP connection is there.
    pub fn opened(&mut self, now: Instant) {
        if let Some(network) = &self.program.network {
            self.session.opened(network, &self.identity, CLUSTER || !self.program.needs_session(), now);
        }
    }

    /// The TCP connection is gone, or could not be made.
    pub fn closed(&mut self, now: Instant) {
        self.session.closed(now);
        self.outbox.disconnect();
    }

    /// Whether the broker accepted the node.
    pub fn connected(&self) -> bool {
        self.session.online()
    }

    /// Bytes to be sent over the TCP connection.
    pub fn outgoing(&self) -> &[u8] {
        self.session.transmit.bytes()
    }

    /// The first `count` bytes of [`Node::outgoing`] were sent.
    pub fn sent(&mut self, count: usize, now: Instant) {
        self.session.sent(count, now);
    }
}
