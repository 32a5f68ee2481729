//! One node of many, with its socket, which nobody waits for. Moves bytes, knows nothing of what they mean.

use crate::board::RandomBoard;
use fleetwright_node::{Identity, Instant, Memory, Node, Program, RoleState, Slot, Socket};
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr};

/// As in a node's own process: one received packet, packets on their way out, messages on their way.
const RECEIVE: usize = 1024;
const TRANSMIT: usize = 1024;
const OUTBOX: usize = 16;

/// A running copy of a node.
pub(crate) struct NodeCopy {
    pub(crate) board: RandomBoard,
    node: Node<'static>,
    stream: Option<TcpStream>,
    opening: bool,
    token: Token,
    broker: SocketAddr,
}

impl NodeCopy {
    pub(crate) fn new(
        program: &'static Program,
        password: Option<&'static str>,
        token: Token,
        broker: SocketAddr,
        seed: u32,
    ) -> Self {
        let memory = Memory {
            slots: Box::leak(vec![Slot::default(); program.topics.len()].into_boxed_slice()),
            states: Box::leak(vec![RoleState::default(); program.roles.len()].into_boxed_slice()),
            text: Box::leak(vec![0; program.text_memory()].into_boxed_slice()),
            receive: Box::leak(vec![0; RECEIVE].into_boxed_slice()),
            transmit: Box::leak(vec![0; TRANSMIT].into_boxed_slice()),
            outbox: Box::leak(vec![None; OUTBOX].into_boxed_slice()),
        };
        let credentials = password.map(|password| (program.node, password));
        let identity = Identity { client_id: program.node, credentials, names: None };
        let node = Node::new(program, identity, memory, seed);
        Self { board: RandomBoard::default(), node, stream: None, opening: false, token, broker }
    }

    pub(crate) fn start(&mut self, now: Instant) {
        self.node.start(now, &mut self.board);
    }

    pub(crate) fn connected(&self) -> bool {
        self.node.connected()
    }

    /// The link is cut, as by a bad Wi-Fi; whether there was one.
    pub(crate) fn cut(&mut self, now: Instant) -> bool {
        let Some(stream) = self.stream.take() else { return false };
        // A connection that is gone already can't be shut down.
        let _ = stream.shutdown(Shutdown::Both);
        self.node.closed(now);
        true
    }

    /// The socket can be read or written, or is gone.
    pub(crate) fn ready(&mut self, now: Instant) {
        let Some(stream) = &mut self.stream else { return };
        if self.opening {
            match (stream.take_error(), stream.peer_addr()) {
                (Ok(None), Ok(_)) => {
                    self.opening = false;
                    // Small packets must not wait for each other.
                    let _ = stream.set_nodelay(true);
                    self.node.opened(now);
                }
                (Ok(None), Err(error)) if error.kind() == ErrorKind::NotConnected => return,
                _ => return self.lose(now),
            }
        }
        let mut buffer = [0; 2048];
        loop {
            let Some(stream) = &mut self.stream else { return };
            match stream.read(&mut buffer) {
                Ok(0) => return self.lose(now),
                Ok(count) => {
                    self.node.received(&buffer[..count], now, &mut self.board);
                    if self.serve(now).is_err() {
                        return self.lose(now);
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.lose(now),
            }
        }
    }

    fn lose(&mut self, now: Instant) {
        self.stream = None;
        self.node.closed(now);
    }

    /// Lets the node act, opens and feeds its socket as it wants; when to call again at the latest.
    pub(crate) fn act(&mut self, now: Instant, registry: &Registry) -> Option<Instant> {
        let due = self.node.poll(now, &mut self.board);
        if self.stream.is_none() && self.node.socket(now) == Socket::Open && self.open(registry).is_err() {
            self.lose(now);
        }
        if self.serve(now).is_err() {
            self.lose(now);
        }
        let socket_due = match self.node.socket(now) {
            Socket::Closed { until } => Some(until),
            _ => None,
        };
        [due, socket_due].into_iter().flatten().min()
    }

    fn open(&mut self, registry: &Registry) -> std::io::Result<()> {
        let mut stream = TcpStream::connect(self.broker)?;
        registry.register(&mut stream, self.token, Interest::READABLE | Interest::WRITABLE)?;
        self.stream = Some(stream);
        self.opening = true;
        Ok(())
    }

    /// Closes the socket if the node has no use for it, or writes what it wants to send.
    fn serve(&mut self, now: Instant) -> std::io::Result<()> {
        if let Socket::Closed { .. } = self.node.socket(now) {
            self.stream = None;
        }
        while let Some(stream) = self.stream.as_mut().filter(|_| !self.opening && !self.node.outgoing().is_empty()) {
            match stream.write(self.node.outgoing()) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.node.sent(count, now);
                    self.node.poll(now, &mut self.board);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
