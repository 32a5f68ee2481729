//! The way between a node and the broker: a proxy of one connection at a time, packet by packet, on which packets can
//! be late, lost or garbled, and which can be cut. Where nodes speak TLS it ends here and begins again. Knows virtual
//! time as a number, nothing of what messages mean.

use super::upstream::{Upstream, next_packet};
use crate::tls::server::{Proof, Server};
use anyhow::{Context, Result, bail};
use bytes::BytesMut;
use fleetwright_protocol::{Arrived, Idle};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

/// How long what a node says that it sent may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);
/// The first wait of TCP for what was lost, in milliseconds; it doubles with each loss.
const AGAIN: u64 = 200;
/// After so many losses in a row it gets through.
const MOST: u32 = 8;

/// A packet on its way, and when it arrives.
type Underway = VecDeque<(u64, Vec<u8>)>;

pub(super) struct Link {
    /// One for each broker that the node knows.
    listeners: Vec<TcpListener>,
    /// Which of them the node's connection came to.
    pub(super) at: usize,
    node: Option<TcpStream>,
    pub(super) broker: Option<Upstream>,
    /// How the other end of the node's connection proves itself, where it speaks TLS; and that end.
    proof: Option<Proof>,
    server: Option<Server>,
    /// Connections that the node made so far; bytes that it sent and got on the last of them.
    made: u64,
    taken: u64,
    given: u64,
    input: BytesMut,
    to_node: Underway,
    to_broker: Underway,
    /// The node's connection ended and the node does not know yet.
    ended: bool,
    /// It ends as soon as the node has what came before.
    ending: bool,
    pub(super) wifi: bool,
    /// The luck of packets to the node and to the broker: apart, since it is not certain which of the two moves first.
    luck: [fastrand::Rng; 2],
}

/// How long packets take, and how many are lost.
#[derive(Clone, Copy, Default)]
pub(super) struct Weather {
    pub(super) delay: u64,
    pub(super) lose: u8,
}

/// What became of the node's connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// There is a new one, and somebody has to connect it to the broker.
    New,
    /// The node closed it.
    Closed,
}

impl Link {
    /// `seed` decides the luck of its packets; with a proof the node speaks TLS. It listens in the place of so many
    /// brokers.
    pub(super) fn new(seed: u64, proof: Option<Proof>, brokers: usize) -> Result<Self> {
        // Nodes of another run that call for a broker which is stopped would be taken for ours on a port that was once
        // its own: nobody else listens at this address of the loopback. Where there is none, the usual one has to do.
        let listeners = listeners(brokers).context("listening for a node")?;
        listeners.iter().try_for_each(|listener| listener.set_nonblocking(true))?;
        Ok(Self {
            listeners,
            at: 0,
            node: None,
            broker: None,
            proof,
            server: None,
            made: 0,
            taken: 0,
            given: 0,
            input: BytesMut::new(),
            to_node: Underway::new(),
            to_broker: Underway::new(),
            ended: false,
            ending: false,
            wifi: true,
            luck: [2 * seed, 2 * seed + 1].map(fastrand::Rng::with_seed),
        })
    }

    /// Where the node finds its brokers.
    pub(super) fn addresses(&self) -> Result<Vec<SocketAddr>> {
        self.listeners.iter().map(|listener| Ok(listener.local_addr()?)).collect()
    }

    /// Whether the node has a connection.
    pub(super) fn is_open(&self) -> bool {
        self.node.is_some()
    }

    /// How much has arrived at the node.
    pub(super) fn arrived(&mut self) -> Arrived {
        if std::mem::take(&mut self.ended) { Arrived::End } else { Arrived::Bytes(self.given) }
    }

    /// Takes note of what the node did to its connection.
    pub(super) fn follow(&mut self, idle: Idle) -> Result<Change> {
        let mut change = Change::None;
        if idle.made > self.made {
            // A connection that was opened and closed at once is of no interest.
            while self.made < idle.made {
                self.cut();
                self.node = Some(self.accept()?);
                self.made += 1;
            }
            (self.taken, self.given, self.ended, self.ending) = (0, 0, false, false);
            self.input.clear();
            self.server = self.proof.as_ref().map(Server::new);
            change = Change::New;
        }
        if idle.open {
            self.take(idle.sent)?;
        } else if self.node.is_some() {
            self.cut();
            self.ended = false;
            change = Change::Closed;
        }
        Ok(change)
    }

    fn accept(&mut self) -> Result<TcpStream> {
        let end = Instant::now() + PATIENCE;
        for place in (0..self.listeners.len()).cycle() {
            match self.listeners[place].accept() {
                Ok((stream, _)) => {
                    self.at = place;
                    stream.set_nonblocking(false)?;
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(PATIENCE))?;
                    return Ok(stream);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < end => {
                    std::thread::sleep(Duration::from_micros(50));
                }
                Err(error) => return Err(error).context("a node said that it connected"),
            }
        }
        bail!("there is no broker that a node could connect to")
    }

    fn take(&mut self, sent: u64) -> Result<()> {
        let mut buffer = [0; 4096];
        while let (Some(node), true) = (&mut self.node, self.taken < sent) {
            let length = buffer.len().min(usize::try_from(sent - self.taken).unwrap_or(usize::MAX));
            match node.read(&mut buffer[..length]).context("a node said that it sent something")? {
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

    /// The packets that the node sent since it was asked last.
    pub(super) fn packets(&mut self) -> Result<Vec<Vec<u8>>> {
        let mut packets = Vec::new();
        while let Some(packet) = next_packet(&mut self.input).context("the node says what is")? {
            packets.push(packet);
        }
        Ok(packets)
    }

    /// The way to the broker is cut, and the node's with it; what is underway is lost.
    pub(super) fn cut(&mut self) {
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

    /// The same way after its node started anew: another address, the same luck.
    pub(super) fn renew(&mut self) -> Result<()> {
        let luck = self.luck.clone();
        *self = Self { wifi: self.wifi, luck, ..Self::new(0, self.proof.take(), self.listeners.len())? };
        Ok(())
    }

    /// The broker closed the connection: the node gets what came before, then it ends.
    pub(super) fn end(&mut self) {
        self.broker = None;
        self.to_broker.clear();
        self.ending = self.node.is_some();
    }

    pub(super) fn send_to_node(&mut self, packet: Vec<u8>, now: u64, weather: Weather) {
        if self.node.is_some() {
            let due = arrival(&self.to_node, now, weather, &mut self.luck[0]);
            self.to_node.push_back((due, packet));
        }
    }

    pub(super) fn send_to_broker(&mut self, packet: Vec<u8>, now: u64, weather: Weather) {
        let due = arrival(&self.to_broker, now, weather, &mut self.luck[1]);
        self.to_broker.push_back((due, packet));
    }

    /// The packets that arrive at the broker by now; they are handed to it.
    pub(super) fn arrive_at_broker(&mut self, now: u64) -> Vec<Vec<u8>> {
        let arrived = take_due(&mut self.to_broker, now);
        if let Some(broker) = &mut self.broker {
            arrived.iter().for_each(|packet| broker.send(packet));
        }
        arrived
    }

    /// The packets that arrive at the node by now; they are handed to it. `None`: there is nothing that it should be
    /// asked about.
    pub(super) fn arrive_at_node(&mut self, now: u64) -> Result<Option<Vec<Vec<u8>>>> {
        let arrived = take_due(&mut self.to_node, now);
        // The handshake is ours, and takes no time.
        let mut bytes = self.server.as_mut().map(Server::answer).unwrap_or_default();
        for packet in &arrived {
            match &mut self.server {
                Some(server) => bytes.extend(server.seal(packet)?),
                None => bytes.extend(packet),
            }
        }
        // A node that closed its end says so when it is asked.
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
    pub(super) fn due(&self) -> Option<u64> {
        [self.to_node.front(), self.to_broker.front()].into_iter().flatten().map(|(due, _)| *due).min()
    }
}

/// Listeners in the place of so many brokers: on one port, as a cluster has it.
fn listeners(brokers: usize) -> std::io::Result<Vec<TcpListener>> {
    let address = |place: usize| Ipv4Addr::new(127, 0, 0, 2 + place as u8);
    let first = TcpListener::bind((address(0), 0));
    if brokers <= 1 {
        return Ok(vec![first.or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?]);
    }
    let mut listeners = vec![first?];
    let port = listeners[0].local_addr()?.port();
    for place in 1..brokers {
        listeners.push(TcpListener::bind((address(place), port))?);
    }
    Ok(listeners)
}

/// When a packet arrives that is sent now. What is lost is sent again after a while, as TCP does it, and everything
/// behind it waits.
fn arrival(before: &Underway, now: u64, weather: Weather, random: &mut fastrand::Rng) -> u64 {
    let mut due = now + weather.delay;
    for attempt in 0..MOST {
        if random.u8(0..100) >= weather.lose {
            break;
        }
        due += AGAIN << attempt;
    }
    before.back().map_or(due, |(last, _)| due.max(*last))
}

fn take_due(underway: &mut Underway, now: u64) -> Vec<Vec<u8>> {
    let count = underway.iter().take_while(|(due, _)| *due <= now).count();
    underway.drain(..count).map(|(_, packet)| packet).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_comes_later_and_nothing_overtakes_it() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut underway = Underway::new();
        let weather = Weather { delay: 10, lose: 50 };
        for _ in 0..100 {
            let due = arrival(&underway, 0, weather, &mut random);
            underway.push_back((due, Vec::new()));
        }
        assert!(underway.iter().zip(underway.iter().skip(1)).all(|(a, b)| a.0 <= b.0));
        assert_eq!(underway.front().map(|(due, _)| due % 200), Some(10));
        assert!(underway.back().is_some_and(|(due, _)| *due > 200));
        assert_eq!(arrival(&Underway::new(), 5, Weather::default(), &mut random), 5);
    }
}
