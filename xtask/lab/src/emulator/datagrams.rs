//! UDP of an emulated node, over a socket of this machine. To the node this machine's loopback is its network, as the
//! stand-in's `wifi_get_ip_info` has it; who is elsewhere seems to be this machine, as behind a router.

use anyhow::{Context, Result};
use fleetwright_host::GROUP;
use fleetwright_protocol::ToNode;
use fleetwright_protocol::frame::LONGEST;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of the longest datagram that a frame carries, with eight before it.
const LONGEST_DATAGRAM: usize = LONGEST - 8;

/// The socket of a node, if it has sent anything.
pub(super) struct Datagrams {
    /// Where queries to the group of multicast DNS go.
    responders: SocketAddr,
    /// The node's own port, and the socket that stands for it.
    socket: Option<(u16, Arc<UdpSocket>)>,
}

impl Datagrams {
    /// Queries to the group of multicast DNS go there.
    pub(super) fn new(responders: SocketAddr) -> Self {
        Self { responders, socket: None }
    }

    /// Sends a datagram from a port of the node. Returns what receives the answers if that is new; what the node had
    /// before is closed, since it has one socket at a time.
    pub(super) fn send(&mut self, from: u16, to: SocketAddr, bytes: &[u8]) -> Result<Option<Receiver>> {
        let known = self.socket.take().filter(|(port, _)| *port == from);
        let is_new = known.is_none();
        let socket = match known {
            Some((_, socket)) => socket,
            None => Arc::new(UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).context("opening a UDP socket")?),
        };
        // As on Wi-Fi: nobody says whether it arrives. A machine without a network loses it.
        let _ = socket.send_to(bytes, if to == GROUP { self.responders } else { to });
        let receiver = Receiver { to: from, responders: self.responders, socket: Arc::clone(&socket) };
        self.socket = Some((from, socket));
        Ok(is_new.then_some(receiver))
    }

    /// Closes the socket.
    pub(super) fn close(&mut self) {
        self.socket = None;
    }
}

/// What receives the datagrams for a port of a node.
#[derive(Debug)]
pub(super) struct Receiver {
    to: u16,
    responders: SocketAddr,
    socket: Arc<UdpSocket>,
}

/// A datagram for a node.
pub(super) struct Datagram {
    to: u16,
    address: [u8; 4],
    port: u16,
    bytes: Vec<u8>,
}

impl Datagram {
    /// The frame that hands it to the node.
    pub(super) fn frame(&self) -> ToNode<&[u8]> {
        ToNode::Datagram { to: self.to, address: self.address, port: self.port, bytes: &self.bytes }
    }
}

impl Receiver {
    /// The next datagram; `None`: none came within this time.
    pub(super) fn receive_within(&self, patience: Duration) -> Result<Option<Datagram>> {
        self.socket.set_read_timeout(Some(patience)).context("waiting for a datagram")?;
        let mut bytes = vec![0; LONGEST_DATAGRAM];
        // An error is what a query before led to, and says nothing of those that follow.
        let Ok((length, sender)) = self.socket.recv_from(&mut bytes) else { return Ok(None) };
        bytes.truncate(length);
        let address = match sender.ip() {
            IpAddr::V4(address) if address.is_loopback() => address,
            _ => Ipv4Addr::LOCALHOST,
        };
        // Who stands for the responders answers from their port.
        let port = if sender == self.responders { GROUP.port() } else { sender.port() };
        Ok(Some(Datagram { to: self.to, address: address.octets(), port, bytes }))
    }

    /// Whether the node has another socket now, or none.
    pub(super) fn is_closed(&self) -> bool {
        Arc::strong_count(&self.socket) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn responder() -> (UdpSocket, SocketAddr) {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        socket.set_read_timeout(Some(PATIENCE)).expect("set");
        let address = socket.local_addr().expect("bound");
        (socket, address)
    }

    #[test]
    fn what_goes_to_the_group_goes_to_the_responder_that_answers_as_one() {
        let (responder, address) = responder();
        let mut datagrams = Datagrams::new(address);
        let receiver = datagrams.send(4_000, GROUP, b"who?").expect("sent").expect("a new port");
        let mut query = [0; 8];
        let (length, node) = responder.recv_from(&mut query).expect("it came");
        assert_eq!(&query[..length], b"who?");
        responder.send_to(b"me", node).expect("sent");
        let answer = receiver.receive_within(PATIENCE).expect("no error").expect("it came");
        let expected = ToNode::Datagram { to: 4_000, address: [127, 0, 0, 1], port: 5353, bytes: &b"me"[..] };
        assert_eq!(answer.frame(), expected);
        let (stranger, address) = self::responder();
        stranger.send_to(b"me too", node).expect("sent");
        let answer = receiver.receive_within(PATIENCE).expect("no error").expect("it came");
        assert!(matches!(answer.frame(), ToNode::Datagram { port, .. } if port == address.port()));
    }

    #[test]
    fn a_port_has_one_socket_and_the_next_port_another() {
        let (responder, address) = responder();
        let mut datagrams = Datagrams::new(address);
        let first = datagrams.send(4_000, GROUP, b"1").expect("sent").expect("a new port");
        assert!(datagrams.send(4_000, GROUP, b"2").expect("sent").is_none());
        assert!(!first.is_closed());
        let second = datagrams.send(4_002, GROUP, b"3").expect("sent").expect("a new port");
        assert!(first.is_closed() && !second.is_closed());
        let mut senders = Vec::new();
        for _ in 0..3 {
            senders.push(responder.recv_from(&mut [0; 8]).expect("it came").1);
        }
        assert!(senders[0] == senders[1] && senders[1] != senders[2]);
        datagrams.close();
        assert!(second.is_closed());
    }
}
