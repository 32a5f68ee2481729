//! A client between a node and its platform's TCP connection: what every platform does alike.

use crate::buffers::Buffers;
use crate::client::Client;
use crate::run::Ended;
use core::future::Future;
use core::ops::{Deref, DerefMut};
use fleetwright_node::{Board, Duration, Instant, Node};

/// How long both sides may take to prove themselves. The chip computes for about a second of it.
const TIMEOUT: Duration = Duration::seconds(20);

/// The encrypted side of a node's connection, while there is one.
pub struct Connection<B, F> {
    client: Option<Client<B, F>>,
    since: Instant,
    /// Whether the node was told that the connection is open.
    opened: bool,
}

impl<B, F> Connection<B, F>
where
    B: Deref<Target = Buffers>,
    F: DerefMut,
    F::Target: Future<Output = Ended>,
{
    /// There is no connection yet.
    pub const fn new() -> Self {
        Self { client: None, since: Instant::from_millis(0), opened: false }
    }

    /// The TCP connection is there, and this client on it.
    pub fn opened(&mut self, client: Client<B, F>, now: Instant) {
        (self.client, self.since, self.opened) = (Some(client), now, false);
    }

    /// The TCP connection is gone, or is given up.
    pub fn closed(&mut self) {
        self.client = None;
    }

    /// Bytes came from the network; `Err`: the connection is to be closed, and the node told so.
    pub fn received(
        &mut self,
        mut bytes: &[u8],
        node: &mut Node<'_>,
        board: &mut dyn Board,
        now: Instant,
    ) -> Result<(), Ended> {
        loop {
            let Some(client) = &mut self.client else { return Ok(()) };
            let taken = client.received(bytes);
            bytes = bytes.get(taken..).unwrap_or_default();
            let moved = self.pump(node, board, now)?;
            if taken == 0 && !moved {
                // Nothing moves: more than a well-behaved broker may send at once.
                return if bytes.is_empty() { Ok(()) } else { Err(self.end(Ended::NotOurs, board)) };
            }
        }
    }

    /// Moves plain bytes between client and node; when to call again at the latest. `Err`: as above.
    pub fn serve(
        &mut self,
        node: &mut Node<'_>,
        board: &mut dyn Board,
        now: Instant,
    ) -> Result<Option<Instant>, Ended> {
        self.pump(node, board, now)?;
        let deadline = self.since.after(TIMEOUT);
        match &self.client {
            Some(client) if !client.is_open() && now >= deadline => Err(self.end(Ended::NotOurs, board)),
            Some(client) if !client.is_open() => Ok(Some(deadline)),
            _ => Ok(None),
        }
    }

    /// Shows the bytes that are to be sent to `take`, which answers how many it sent.
    pub fn send(&mut self, take: impl FnOnce(&[u8]) -> usize) {
        if let Some(client) = &mut self.client {
            client.send(take);
        }
    }

    /// Whether anything waits to be sent.
    pub fn has_to_send(&self) -> bool {
        self.client.as_ref().is_some_and(Client::has_to_send)
    }

    /// Whether the node received something.
    fn pump(&mut self, node: &mut Node<'_>, board: &mut dyn Board, now: Instant) -> Result<bool, Ended> {
        let Some(client) = &mut self.client else { return Ok(false) };
        if client.is_open() && !self.opened {
            self.opened = true;
            node.opened(now);
        }
        let mut plain = [0; 64];
        let mut moved = false;
        loop {
            let count = client.read(&mut plain);
            if count == 0 {
                break;
            }
            moved = true;
            node.received(plain.get(..count).unwrap_or_default(), now, board);
        }
        while !node.outgoing().is_empty() {
            let count = client.write(node.outgoing());
            if count == 0 {
                break;
            }
            node.sent(count, now);
            // The transmit buffer has room again: what had to wait goes now.
            node.poll(now, board);
        }
        match client.ended() {
            Some(ended) => Err(self.end(ended, board)),
            None => Ok(moved),
        }
    }

    /// Ends the connection and logs why.
    fn end(&mut self, ended: Ended, board: &mut dyn Board) -> Ended {
        let why: &[u8] = match ended {
            Ended::ByBroker if self.opened => b"the broker ends TLS",
            Ended::ByBroker => b"the broker refuses TLS: does it know this node, and its key?",
            Ended::NotOurs => b"what the broker says is not TLS 1.3 with the key that this node knows",
            Ended::NoMemory => b"no memory for TLS",
        };
        board.log(&[why]);
        // It is logged once; the platform closes the TCP connection.
        self.client = None;
        ended
    }
}

impl<B, F> Default for Connection<B, F>
where
    B: Deref<Target = Buffers>,
    F: DerefMut,
    F::Target: Future<Output = Ended>,
{
    fn default() -> Self {
        Self::new()
    }
}
