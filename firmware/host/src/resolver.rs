//! From `HOST:PORT` to addresses: names that end with `.local` by multicast DNS, others as this machine finds hosts.

use fleetwright_mdns::{Interface, LIMIT_MS, LONGEST_QUERY, Schedule, address, is_local, query};
use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, ToSocketAddrs, UdpSocket};
use std::time::{Duration, Instant};

/// Where queries go by default: the group of all responders in the network.
pub const GROUP: SocketAddr =
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::from_octets(fleetwright_mdns::GROUP), fleetwright_mdns::PORT));
/// How long an answer may take where no time passes meanwhile.
const VIRTUAL_LIMIT: Duration = Duration::from_millis(500);

/// How names are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Resolver {
    /// Where queries for `.local` go.
    responders: SocketAddr,
    /// How long their answers may take.
    limit: Duration,
}

impl Resolver {
    /// Queries for `.local` go there; answers may take as long as on the chip.
    pub const fn new(responders: SocketAddr) -> Self {
        Self { responders, limit: Duration::from_millis(LIMIT_MS as u64) }
    }

    /// The same in virtual time, which stands still during a look-up.
    pub(crate) const fn in_virtual_time(responders: SocketAddr) -> Self {
        Self { responders, limit: VIRTUAL_LIMIT }
    }

    /// The addresses of `HOST:PORT`. Waits for them.
    ///
    /// # Errors
    ///
    /// The text has another form, or nobody knows the name.
    pub fn addresses(&self, broker: &str) -> Result<Vec<SocketAddr>> {
        match broker.rsplit_once(':') {
            Some((host, port)) if is_local(host) => {
                let port = port.parse().map_err(|_| Error::new(ErrorKind::InvalidInput, "no port"))?;
                Ok(vec![(self.look_up(host)?, port).into()])
            }
            _ => broker.to_socket_addrs().map(Iterator::collect),
        }
    }

    /// Asks until somebody answers.
    fn look_up(&self, host: &str) -> Result<Ipv4Addr> {
        let mut buffer = [0; LONGEST_QUERY];
        let query =
            query(host, &mut buffer).ok_or(Error::new(ErrorKind::InvalidInput, "no message can hold the name"))?;
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let start = Instant::now();
        let mut schedule = Schedule::new();
        loop {
            let elapsed = start.elapsed();
            if elapsed >= self.limit {
                return Err(Error::new(ErrorKind::TimedOut, format!("nobody answers for {host}")));
            }
            if schedule.take(u32::try_from(elapsed.as_millis()).unwrap_or(u32::MAX)) {
                // A query that does not leave is as good as one that is lost, and there are more.
                let _ = socket.send_to(query, self.responders);
            }
            let due = schedule.due_ms().map_or(self.limit, |due| Duration::from_millis(due.into()).min(self.limit));
            let wait = due.saturating_sub(start.elapsed()).max(Duration::from_millis(1));
            socket.set_read_timeout(Some(wait))?;
            if let Some(found) = self.answer(&socket, host) {
                return Ok(found);
            }
        }
    }

    /// Waits for one datagram; the address that it has for the host. The port is new for each look-up; whether the sender is
    /// in the same network is left to this machine.
    fn answer(&self, socket: &UdpSocket, host: &str) -> Option<Ipv4Addr> {
        let mut datagram = [0; 9_000];
        // Nothing came, or an error of an earlier query: both are no answer.
        let (length, sender) = socket.recv_from(&mut datagram).ok()?;
        let is_responder = sender == self.responders || is_group(self.responders) && sender.port() == GROUP.port();
        let message = datagram.get(..length).filter(|_| is_responder)?;
        address(message, host, Interface::LOOPBACK).map(Ipv4Addr::from)
    }
}

fn is_group(address: SocketAddr) -> bool {
    address.ip().is_multicast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_what_they_are() {
        let resolver = Resolver::new(GROUP);
        let found = resolver.addresses("127.0.0.2:1883").expect("an address");
        assert_eq!(found, [SocketAddr::from(([127, 0, 0, 2], 1883))]);
        assert_eq!(GROUP.to_string(), "224.0.0.251:5353");
    }

    #[test]
    fn a_responder_that_is_silent_is_given_up() {
        let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let resolver = Resolver::in_virtual_time(silent.local_addr().expect("bound"));
        let error = resolver.addresses("broker.local:1883").expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        let mut query = [0; 64];
        assert_eq!(silent.recv(&mut query).expect("it was asked"), 12 + 14 + 4);
    }

    /// The first answer comes from somebody who was not asked, the second is another host's, the third is right.
    #[test]
    fn who_was_asked_is_believed() {
        use simple_dns::rdata::{A, RData};
        use simple_dns::{CLASS, Name, Packet, ResourceRecord};
        let answer = |name, address| {
            let mut packet = Packet::new_reply(0);
            let data = RData::A(A { address });
            packet.answers.push(ResourceRecord::new(Name::new_unchecked(name), CLASS::IN, 10, data));
            packet.build_bytes_vec().expect("fits")
        };
        let [responder, stranger] = [(); 2].map(|()| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port"));
        let resolver = Resolver::new(responder.local_addr().expect("bound"));
        let thread = std::thread::spawn(move || {
            responder.set_read_timeout(Some(Duration::from_secs(10))).expect("set");
            let (_, node) = responder.recv_from(&mut [0; 64]).expect("it asks");
            stranger.send_to(&answer("broker.local", 0x7f00_0009), node).expect("sent");
            responder.send_to(&answer("other.local", 0x7f00_0009), node).expect("sent");
            responder.send_to(&answer("broker.local", 0x7f00_0002), node).expect("sent");
        });
        let found = resolver.addresses("Broker.LOCAL:1883").expect("an address");
        assert_eq!(found, [SocketAddr::from(([127, 0, 0, 2], 1883))]);
        thread.join().expect("no panic");
    }

    #[test]
    fn a_port_is_a_number() {
        let resolver = Resolver::new(GROUP);
        assert_eq!(resolver.addresses("broker.local:x").expect_err("no port").kind(), ErrorKind::InvalidInput);
    }
}
