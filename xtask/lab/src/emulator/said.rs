//! What frames from a node mean, and what the world is like for it: the same for a node in real time and a stepped one.

use super::machine::ToNode;
use anyhow::{Result, bail};
use fleetwright_chip::SAYS;
use fleetwright_devices::Kind;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};

/// What a node does, as its frame says it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It waits until then, in milliseconds since its start, and has taken so many frames.
    Waits { due: u32, taken: u32 },
    /// A line of the line protocol.
    Line(String),
    /// The line that it logs when the broker let it in.
    Connected(String),
    /// It asks for the address of a host.
    Asks(String),
    /// It connects to `HOST:PORT`.
    Connects(String),
    /// It sends these bytes.
    Sends(Vec<u8>),
    /// It ends its connection.
    Ends,
    /// It restarts; this outlives it.
    Restarts(Vec<u8>),
}

impl Said {
    /// Reads a frame.
    pub(super) fn read(kind: u8, body: Vec<u8>) -> Result<Self> {
        let text = || String::from_utf8_lossy(&body).into_owned();
        Ok(match (kind, body.as_slice()) {
            (b'T', &[a, b, c, d, e, f, g, h]) => {
                Self::Waits { due: u32::from_be_bytes([a, b, c, d]), taken: u32::from_be_bytes([e, f, g, h]) }
            }
            (b'P', &[pin, level]) => Self::Line(format!("pin {pin} {}", if level == 1 { "high" } else { "low" })),
            (b'U', &[pin, high, low]) => Self::Line(format!("duty {pin} {}", u16::from_be_bytes([high, low]))),
            (b'L', b"connected") => Self::Connected("log connected".into()),
            (b'L', _) => Self::Line(match text().strip_prefix(SAYS) {
                Some(said) => format!("topic {said}"),
                None => format!("log {}", text()),
            }),
            (b'H', _) => Self::Line(text()),
            (b'W', _) => Self::Line(format!("log joins {}", text())),
            (b'N', _) => Self::Asks(text()),
            (b'C', &[a, b, c, d, high, low]) => {
                Self::Connects(format!("{}:{}", Ipv4Addr::from([a, b, c, d]), u16::from_be_bytes([high, low])))
            }
            (b'D', _) => Self::Sends(body),
            (b'X', _) => Self::Ends,
            (b'R', _) => Self::Restarts(body),
            _ => bail!("the node did what the SDK does not allow: {}", text()),
        })
    }
}

/// What the world does to a node, to be told again after a restart.
pub(super) struct World {
    pub(super) pins: BTreeMap<u8, bool>,
    pub(super) analog: u16,
    /// Devices by the data and clock pin of their bus.
    pub(super) devices: BTreeMap<(u8, u8), Kind>,
    pub(super) wifi: bool,
}

impl World {
    /// No pin driven, Wi-Fi there.
    pub(super) fn new() -> Self {
        Self { pins: BTreeMap::new(), analog: 0, devices: BTreeMap::new(), wifi: true }
    }

    /// The frames that a node finds at its start, before the time.
    pub(super) fn frames(&self, kept: Option<Vec<u8>>, seed: u32) -> Vec<(u8, Vec<u8>)> {
        let mut frames = Vec::new();
        frames.extend(kept.map(|kept| (b'k', kept)));
        frames.push((b'r', seed.to_be_bytes().to_vec()));
        frames.push((b'w', vec![u8::from(self.wifi)]));
        frames.push((b'a', self.analog.to_be_bytes().to_vec()));
        frames.extend(self.pins.iter().map(|(pin, high)| (b'p', vec![*pin, u8::from(*high)])));
        frames.extend(self.devices.iter().map(|((sda, scl), kind)| (b'i', device(*sda, *scl, *kind))));
        frames
    }
}

/// The body of a frame that says which device is on a bus.
pub(super) fn device(sda: u8, scl: u8, kind: Kind) -> Vec<u8> {
    [&[sda, scl][..], &kind.to_bytes()].concat()
}

/// Frames to a node, counted: it has done all it was told when it has taken as many.
pub(super) struct Channel {
    to: ToNode,
    sent: u32,
}

impl Channel {
    pub(super) fn new(to: ToNode) -> Self {
        Self { to, sent: 0 }
    }

    pub(super) fn send(&mut self, kind: u8, body: &[u8]) {
        // An emulator that ended is noticed where its frames are read.
        let _ = self.to.send(kind, body);
        self.sent = self.sent.wrapping_add(1);
    }

    /// Whether so many are all.
    pub(super) fn are_all(&self, taken: u32) -> bool {
        self.sent == taken
    }
}

/// Looks an address up, in this machine's network, as the chip would ask its router.
pub(super) fn resolve(name: &str) -> Option<[u8; 4]> {
    let addresses = (name, 0).to_socket_addrs().map(Vec::from_iter).unwrap_or_default();
    addresses.iter().find_map(|address| match address.ip() {
        IpAddr::V4(address) => Some(address.octets()),
        IpAddr::V6(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_lines_where_they_can_be() {
        let line = |kind, body: &[u8]| Said::read(kind, body.to_vec()).expect("known");
        assert_eq!(line(b'P', &[5, 1]), Said::Line("pin 5 high".into()));
        assert_eq!(line(b'U', &[5, 1, 244]), Said::Line("duty 5 500".into()));
        assert_eq!(line(b'L', b"says room/light On"), Said::Line("topic room/light On".into()));
        assert_eq!(line(b'L', b"restarted"), Said::Line("log restarted".into()));
        assert_eq!(line(b'C', &[127, 0, 0, 1, 7, 91]), Said::Connects("127.0.0.1:1883".into()));
        assert_eq!(line(b'T', &[0, 0, 0, 9, 0, 0, 0, 2]), Said::Waits { due: 9, taken: 2 });
    }

    #[test]
    fn what_the_sdk_does_not_allow_is_an_error() {
        let error = Said::read(b'E', b"a pin of the flash memory is touched".to_vec()).expect_err("refused");
        assert!(error.to_string().contains("flash memory"));
        assert!(Said::read(b'T', vec![1]).is_err());
    }
}
