//! Where a broker listens and what it speaks there. Opens nothing.

use fleetwright_tls::PublicKey;
use std::net::{IpAddr, Ipv4Addr};

/// Where a broker listens, and what it speaks there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address: the loopback, unless a broker listens elsewhere alone.
    pub host: IpAddr,
    /// The TCP port on which the broker listens.
    pub port: u16,
    /// Whether it speaks TLS, and how it proves itself.
    pub tls: Tls,
}

/// What a broker speaks: MQTT as it is, or TLS 1.3 and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// No TLS.
    Off,
    /// With a key for each user, which tells who it is.
    Keyed,
    /// With a certificate of this key; who is there is told by user and password.
    Pinned(PublicKey),
}

impl Endpoint {
    /// On the loopback.
    pub fn here(port: u16, tls: Tls) -> Self {
        Self { host: Ipv4Addr::LOCALHOST.into(), port, tls }
    }

    /// The same address and port without TLS.
    pub fn plain(self) -> Self {
        Self { tls: Tls::Off, ..self }
    }

    /// Whether it speaks TLS.
    pub fn is_encrypted(self) -> bool {
        self.tls != Tls::Off
    }

    /// `host:port`, as nodes are given it.
    pub fn address(self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}
