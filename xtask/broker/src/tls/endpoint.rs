//! Where a broker listens and with which TLS. Opens nothing.

use fleetwright_tls::PublicKey;
use std::net::{IpAddr, Ipv4Addr};

/// Where a broker listens, and with which TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address: the loopback, unless a broker listens elsewhere alone.
    pub host: IpAddr,
    /// The TCP port on which the broker listens.
    pub port: u16,
    /// Whether it uses TLS, and how it proves itself.
    pub tls: Tls,
}

/// What a broker accepts: MQTT as it is, or MQTT in TLS 1.3 alone.
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

    /// Whether it uses TLS.
    pub fn is_encrypted(self) -> bool {
        self.tls != Tls::Off
    }

    /// `host:port`, as nodes are given it.
    pub fn address(self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}
