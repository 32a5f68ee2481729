//! One TCP connection after the other, over a network interface that answers later: what a node wants of its socket on
//! one side, what `espconn` can do on the other. Decides; calls nothing of C.

use core::ops::Deref;
use fleetwright_node::{Duration, Instant, Node, Socket};

/// How long a name may take to be found, and a connection to be made.
const TIMEOUT: Duration = Duration::millis(fleetwright_mdns::LIMIT_MS as u64);
/// How long an ended connection may take to be gone before it is ended again.
const CLOSE_TIMEOUT: Duration = Duration::seconds(5);

/// What is known of the broker's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// This is it.
    Address([u8; 4]),
    /// [`Link::resolved`] will tell.
    Later,
    /// There is none.
    Nowhere,
}

/// The network beneath: one connection at a time.
pub trait Tcp {
    /// Looks for the broker's address.
    fn resolve(&mut self, now: Instant) -> Found;
    /// Starts to connect; `false`: it can't.
    fn connect(&mut self, address: [u8; 4]) -> bool;
    /// Sends bytes, which stay where they are until [`Link::sent`]; `false`: it can't.
    fn send(&mut self, bytes: &[u8]) -> bool;
    /// Ends the connection at once; [`Link::ended`] follows. `false`: there is none.
    fn abort(&mut self) -> bool;
}

/// What a link serves: a node, or the TLS connection of a node.
pub trait Endpoint {
    /// What it wants of its socket.
    fn socket(&self, now: Instant) -> Socket;
    /// The connection is there.
    fn opened(&mut self, now: Instant);
    /// The connection is gone, or could not be made.
    fn closed(&mut self, now: Instant);
    /// The bytes that wait to be sent, which stay where they are until [`Endpoint::sent`].
    fn outgoing(&self) -> impl Deref<Target = [u8]>;
    /// So many bytes are sent.
    fn sent(&mut self, count: usize, now: Instant);
}

impl Endpoint for Node<'_> {
    fn socket(&self, now: Instant) -> Socket {
        Node::socket(self, now)
    }

    fn opened(&mut self, now: Instant) {
        Node::opened(self, now);
    }

    fn closed(&mut self, now: Instant) {
        Node::closed(self, now);
    }

    fn outgoing(&self) -> impl Deref<Target = [u8]> {
        Node::outgoing(self)
    }

    fn sent(&mut self, count: usize, now: Instant) {
        Node::sent(self, count, now);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinkState {
    Idle,
    Resolving { since: Instant },
    Connecting { since: Instant },
    Open,
    Closing { since: Instant },
}

/// The TCP connection of a node, and how far it is.
#[derive(Debug)]
pub struct Link {
    /// Whether the network interface has an address.
    online: bool,
    state: LinkState,
    /// Bytes that were handed to the network and not confirmed yet. `espconn` takes one buffer at a time.
    sending: usize,
}

impl Link {
    /// No network yet.
    pub const fn new() -> Self {
        Self { online: false, state: LinkState::Idle, sending: 0 }
    }

    /// The network interface got an address, or lost it.
    pub fn interface(&mut self, online: bool) {
        self.online = online;
    }

    /// Whether the network interface has an address.
    pub fn online(&self) -> bool {
        self.online
    }

    /// Brings the connection one step nearer to what the node wants.
    pub fn serve(&mut self, node: &mut impl Endpoint, tcp: &mut dyn Tcp, now: Instant) {
        let wanted = self.online && node.socket(now) == Socket::Open;
        match self.state {
            LinkState::Idle if wanted => match tcp.resolve(now) {
                Found::Address(address) => self.connect(address, node, tcp, now),
                Found::Later => self.state = LinkState::Resolving { since: now },
                Found::Nowhere => node.closed(now),
            },
            LinkState::Resolving { since } if !wanted || now.since(since) >= TIMEOUT => self.give_up(node, tcp, now),
            LinkState::Connecting { since } if !wanted || now.since(since) >= TIMEOUT => self.give_up(node, tcp, now),
            LinkState::Open if !wanted => self.give_up(node, tcp, now),
            LinkState::Open => self.send(node, tcp, now),
            LinkState::Closing { since } if now.since(since) >= CLOSE_TIMEOUT => self.close(tcp, now),
            _ => {}
        }
    }

    /// The broker's address was found, or there is none.
    pub fn resolved(&mut self, address: Option<[u8; 4]>, node: &mut impl Endpoint, tcp: &mut dyn Tcp, now: Instant) {
        // The answer may come when nobody waits for it any more.
        if !matches!(self.state, LinkState::Resolving { .. }) {
            return;
        }
        match address {
            Some(address) => self.connect(address, node, tcp, now),
            None => {
                self.state = LinkState::Idle;
                node.closed(now);
            }
        }
    }

    /// The connection is there.
    pub fn connected(&mut self, node: &mut impl Endpoint, now: Instant) {
        if matches!(self.state, LinkState::Connecting { .. }) {
            self.state = LinkState::Open;
            node.opened(now);
        }
    }

    /// The bytes that were sent last arrived.
    pub fn sent(&mut self, node: &mut impl Endpoint, now: Instant) {
        if self.state == LinkState::Open {
            node.sent(core::mem::take(&mut self.sending), now);
        }
    }

    /// Whether nothing is under way that has a deadline.
    pub fn is_settled(&self) -> bool {
        matches!(self.state, LinkState::Idle | LinkState::Open)
    }

    /// Whether the broker's address is being looked for.
    pub fn is_resolving(&self) -> bool {
        matches!(self.state, LinkState::Resolving { .. })
    }

    /// Whether the connection is open, so that what arrives is for the node.
    pub fn is_open(&self) -> bool {
        self.state == LinkState::Open
    }

    /// The connection is gone, or could not be made.
    pub fn ended(&mut self, node: &mut impl Endpoint, now: Instant) {
        match self.state {
            LinkState::Connecting { .. } | LinkState::Open => node.closed(now),
            LinkState::Closing { .. } => {}
            LinkState::Idle | LinkState::Resolving { .. } => return,
        }
        self.state = LinkState::Idle;
        self.sending = 0;
    }

    fn connect(&mut self, address: [u8; 4], node: &mut impl Endpoint, tcp: &mut dyn Tcp, now: Instant) {
        if tcp.connect(address) {
            self.state = LinkState::Connecting { since: now };
        } else {
            self.state = LinkState::Idle;
            node.closed(now);
        }
    }

    fn send(&mut self, node: &mut impl Endpoint, tcp: &mut dyn Tcp, now: Instant) {
        let bytes = node.outgoing();
        if self.sending > 0 || bytes.is_empty() {
            return;
        }
        self.sending = bytes.len();
        let sent = tcp.send(&bytes);
        drop(bytes);
        if !sent {
            self.give_up(node, tcp, now);
        }
    }

    fn give_up(&mut self, node: &mut impl Endpoint, tcp: &mut dyn Tcp, now: Instant) {
        node.closed(now);
        if matches!(self.state, LinkState::Resolving { .. }) {
            self.state = LinkState::Idle;
        } else {
            self.close(tcp, now);
        }
    }

    /// An ended connection is still known to `espconn` until it says so, and a new one would be mistaken for it.
    fn close(&mut self, tcp: &mut dyn Tcp, now: Instant) {
        self.sending = 0;
        self.state = if tcp.abort() { LinkState::Closing { since: now } } else { LinkState::Idle };
    }
}

impl Default for Link {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests;
