//! The proxy between a node and the broker: one connection at a time, packet by packet, which can be cut. Where nodes
//! use TLS it ends here.

use super::connection::BrokerConnection;
use super::listeners::Listeners;
use super::packets::next_packet;
use super::queue::{Conditions, Queue};
use anyhow::{Context, Result, bail};
use broker::tls::server::{Proof, Server};
use bytes::BytesMut;
use fleetwright_protocol::{Arrived, Idle};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};

pub(in crate::scenario) struct Link {
    /// One for each broker that the node knows.
    listeners: Listeners,
    /// The index of the broker that the node's connection came to.
    pub(in crate::scenario) broker_index: usize,
    node: Option<TcpStream>,
    pub(in crate::scenario) broker: Option<BrokerConnection>,
    /// How the proxy proves itself to the node, where the node uses TLS; and its end of that connection.
    proof: Option<Proof>,
    server: Option<Server>,
    /// Connections that the node made so far.
    made: u64,
    /// Bytes that the node sent on the last of them, and bytes that it was given.
    taken: u64,
    given: u64,
    input: BytesMut,
    to_node: Queue,
    to_broker: Queue,
    /// The node's connection ended and the node does not know yet.
    ended: bool,
    /// It ends as soon as the node has what came before.
    ending: bool,
    /// Whether the node's Wi-Fi is there.
    pub(in crate::scenario) wifi: bool,
}

/// What became of the node's connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::scenario) enum ConnectionChange {
    None,
    /// There is a new one, and somebody has to connect it to the broker.
    New,
    /// The node closed it.
    Closed,
}

impl Link {
    /// A proxy in the place of so many brokers. `seed` decides which packets are lost; with a proof the node uses TLS.
    pub(in crate::scenario) fn new(seed: u64, proof: Option<Proof>, brokers: usize) -> Result<Self> {
        // Random numbers of their own for each direction, since it is not certain which of them sends first.
        let [to_node, to_broker] = [2 * seed, 2 * seed + 1].map(fastrand::Rng::with_seed).map(Queue::new);
        Self::with_queues(to_node, to_broker, proof, brokers)
    }

    fn with_queues(to_node: Queue, to_broker: Queue, proof: Option<Proof>, brokers: usize) -> Result<Self> {
        Ok(Self {
            listeners: Listeners::new(brokers)?,
            broker_index: 0,
            node: None,
            broker: None,
            proof,
            server: None,
            made: 0,
            taken: 0,
            given: 0,
            input: BytesMut::new(),
            to_node,
            to_broker,
            ended: false,
            ending: false,
            wifi: true,
        })
    }

    /// The same proxy after its node started anew: other addresses, and its random numbers go on.
    pub(in crate::scenario) fn renew(&mut self) -> Result<()> {
        let (to_node, to_broker) = (self.to_node.renewed(), self.to_broker.renewed());
        let renewed = Self::with_queues(to_node, to_broker, self.proof.take(), self.listeners.count())?;
        *self = Self { wifi: self.wifi, ..renewed };
        Ok(())
    }

    /// Where the node finds its brokers.
    pub(in crate::scenario) fn addresses(&self) -> Result<Vec<SocketAddr>> {
        self.listeners.addresses()
    }

    /// Whether the node has a connection.
    pub(in crate::scenario) fn is_open(&self) -> bool {
        self.node.is_some()
    }

    /// How much has arrived at the node.
    pub(in crate::scenario) fn arrived(&mut self) -> Arrived {
        if std::mem::take(&mut self.ended) { Arrived::End } else { Arrived::Bytes(self.given) }
    }

    /// Follows what the node did to its connection, and takes what it sent.
    pub(in crate::scenario) fn follow(&mut self, idle: Idle) -> Result<ConnectionChange> {
        let mut change = ConnectionChange::None;
        if idle.made > self.made {
            // A connection that was opened and closed at once is of no interest.
            while self.made < idle.made {
                self.cut();
                let (index, stream) = self.listeners.accept()?;
                (self.broker_index, self.node) = (index, Some(stream));
                self.made += 1;
            }
            (self.taken, self.given, self.ended, self.ending) = (0, 0, false, false);
            self.input.clear();
            self.server = self.proof.as_ref().map(Server::new);
            change = ConnectionChange::New;
        }
        if idle.open {
            self.take(idle.sent)?;
        } else if self.node.is_some() {
            self.cut();
            self.ended = false;
            change = ConnectionChange::Closed;
        }
        Ok(change)
    }

    fn take(&mut self, sent: u64) -> Result<()> {
        let mut buffer = [0; 4096];
        while let (Some(node), true) = (&mut self.node, self.taken < sent) {
            let length = buffer.len().min(usize::try_from(sent - self.taken).unwrap_or(usize::MAX));
            match node.read(&mut buffer[..length]).context("a node reported that it sent something")? {
                0 => bail!("a node's connection ended before what it sent"),
                count => {
                    match &mut self.server {
                        Some(server) => self.input.extend_from_slice(&server.take(&buffer[..count])?),
                        None => self.input.extend_from_slice(&buffer[..count]),
                    }
                    self.taken += count as u64;
                }
            }
        }
        Ok(())
    }

    /// The packets that the node sent since this was called last.
    ///
    /// # Errors
    ///
    /// What it sent is no MQTT.
    pub(in crate::scenario) fn packets(&mut self) -> Result<Vec<Vec<u8>>> {
        let mut packets = Vec::new();
        while let Some(packet) = next_packet(&mut self.input).context("the node sends what is")? {
            packets.push(packet);
        }
        Ok(packets)
    }

    /// Cuts the connections to the broker and to the node; packets on their way are lost.
    pub(in crate::scenario) fn cut(&mut self) {
        self.broker = None;
        self.to_broker.clear();
        self.to_node.clear();
        (self.ending, self.given) = (false, 0);
        if let Some(node) = self.node.take() {
            // A connection that is gone already can't be shut down.
            let _ = node.shutdown(Shutdown::Both);
            self.ended = true;
        }
    }

    /// The broker closed the connection: the node gets what came before, then it ends.
    pub(in crate::scenario) fn end(&mut self) {
        self.broker = None;
        self.to_broker.clear();
        self.ending = self.node.is_some();
    }

    pub(in crate::scenario) fn send_to_node(&mut self, packet: Vec<u8>, now: u64, conditions: Conditions) {
        if self.node.is_some() {
            self.to_node.push(packet, now, conditions);
        }
    }

    pub(in crate::scenario) fn send_to_broker(&mut self, packet: Vec<u8>, now: u64, conditions: Conditions) {
        self.to_broker.push(packet, now, conditions);
    }

    /// The packets that arrive at the broker by now; they are handed to it.
    pub(in crate::scenario) fn arrive_at_broker(&mut self, now: u64) -> Vec<Vec<u8>> {
        let arrived = self.to_broker.take_due(now);
        if let Some(broker) = &mut self.broker {
            arrived.iter().for_each(|packet| broker.send(packet));
        }
        arrived
    }

    /// The packets that arrive at the node by now; they are handed to it. `None`: there is nothing that it should be
    /// asked about.
    pub(in crate::scenario) fn arrive_at_node(&mut self, now: u64) -> Result<Option<Vec<Vec<u8>>>> {
        let arrived = self.to_node.take_due(now);
        // The handshake is ours, and takes no time.
        let mut bytes = self.server.as_mut().map(Server::answer).unwrap_or_default();
        for packet in &arrived {
            match &mut self.server {
                Some(server) => bytes.extend(server.seal(packet)?),
                None => bytes.extend(packet),
            }
        }
        // A node that closed its end reports it when it is asked.
        if let Some(node) = &mut self.node
            && node.write_all(&bytes).is_ok()
        {
            self.given += bytes.len() as u64;
        }
        if self.ending && self.to_node.is_empty() {
            self.cut();
        }
        Ok((self.ended || !bytes.is_empty()).then_some(arrived))
    }

    /// When the next packet arrives anywhere.
    pub(in crate::scenario) fn due(&self) -> Option<u64> {
        [self.to_node.due(), self.to_broker.due()].into_iter().flatten().min()
    }
}
