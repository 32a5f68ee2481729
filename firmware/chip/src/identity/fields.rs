//! The fields of an identity, and what may be wrong with a block. Knows no format.

use super::format::PIN;
use core::fmt;

/// The accounts of a node at its Wi-Fi network and its broker, and where these are. Holds secrets.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The name of the Wi-Fi network.
    pub ssid: &'a str,
    /// Its password; empty for an open network.
    pub wifi_password: &'a str,
    /// The broker's name or IPv4 address. When it was read from a block, a zero follows it in memory.
    pub broker: &'a str,
    /// In a cluster the other brokers, with a zero between two of them; when it was read from a block, one follows the last.
    pub others: &'a str,
    /// The broker's TCP port; in a cluster all have the same.
    pub port: u16,
    /// MQTT client identifier.
    pub client_id: &'a str,
    /// User and password at the broker.
    pub credentials: Option<(&'a str, &'a str)>,
    /// Names of topics in a copy that shares its program, as [`Names`](fleetwright_node::Names) reads them; else empty.
    pub names: &'a [u8],
    /// The public key by which the broker is known: both coordinates of a point of P-256, big-endian.
    pub pin: Option<&'a [u8; PIN]>,
}

/// Secrets stay out of logs and messages.
impl fmt::Debug for Identity<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Identity({} at {}:{})", self.client_id, self.broker, self.port)
    }
}

/// Why an identity can't be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The block has none.
    Empty,
    /// What is there is damaged, or of another version.
    Damaged,
    /// A text is longer than it may be, or holds a zero.
    Text(&'static str),
    /// All together is longer than the block, which has so many bytes.
    TooLong(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("the node has no identity"),
            Self::Damaged => out.write_str("the node's identity is damaged"),
            Self::Text(what) => write!(out, "{what} is too long, or holds a zero byte"),
            Self::TooLong(size) => {
                write!(out, "names and passwords take more than the {size} bytes there are for them")
            }
        }
    }
}

impl core::error::Error for Fault {}
