//! The fields of an identity, and what may be wrong with a block. Knows no format.

use super::format::{ADDRESS, PIN};
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
    /// Further Wi-Fi networks, in the order of preference: name, zero, password, with a zero between two networks.
    pub networks: &'a str,
    /// The node's address, if it does not ask the router for one.
    pub address: Option<StaticAddress>,
    /// What of the node sleeps; `None`: as the SDK does by itself.
    pub power_save: Option<PowerSave>,
    /// The public key by which the broker is known: both coordinates of a point of P-256, big-endian.
    pub pin: Option<&'a [u8; PIN]>,
}

/// A fixed address, with what else the router would have told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaticAddress {
    /// The node's own.
    pub address: [u8; 4],
    /// Which bits of it are those of its net.
    pub netmask: [u8; 4],
    /// The router.
    pub gateway: [u8; 4],
    /// The server that is asked for names.
    pub dns: [u8; 4],
}

impl StaticAddress {
    /// Own address, mask, router and server for names, in this order.
    pub fn new([address, netmask, gateway, dns]: [[u8; 4]; 4]) -> Self {
        Self { address, netmask, gateway, dns }
    }

    pub(super) fn to_bytes(self) -> [u8; ADDRESS] {
        let mut bytes = [0; ADDRESS];
        let parts = [self.address, self.netmask, self.gateway, self.dns];
        bytes.chunks_exact_mut(4).zip(parts).for_each(|(to, from)| to.copy_from_slice(&from));
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; ADDRESS]) -> Self {
        let [a0, a1, a2, a3, n0, n1, n2, n3, g0, g1, g2, g3, dns @ ..] = *bytes;
        Self { address: [a0, a1, a2, a3], netmask: [n0, n1, n2, n3], gateway: [g0, g1, g2, g3], dns }
    }
}

/// What of a node sleeps between messages, as the SDK's `enum sleep_type` counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerSave {
    /// Nothing.
    None = 0,
    /// The radio and the processor.
    Light = 1,
    /// The radio.
    Modem = 2,
}

impl PowerSave {
    /// The one with this number; `None`: there is none.
    pub fn numbered(number: u8) -> Option<Self> {
        [Self::None, Self::Light, Self::Modem].into_iter().find(|known| *known as u8 == number)
    }
}

impl<'a> Identity<'a> {
    /// Name and password of a network by its place in the order of preference.
    pub fn network(&self, index: usize) -> Option<(&'a [u8], &'a [u8])> {
        let Some(index) = index.checked_sub(1) else {
            return Some((self.ssid.as_bytes(), self.wifi_password.as_bytes()));
        };
        // Bytes, since a search in text costs half a kilobyte of flash.
        let mut texts = self.networks.as_bytes().split(|byte| *byte == 0).skip(2 * index);
        Some((texts.next()?, texts.next()?))
    }

    /// How many networks there are.
    pub fn network_count(&self) -> usize {
        let zeroes = self.networks.bytes().filter(|byte| *byte == 0).count();
        // Two texts for each network: with a zero between two of them, one less than there are texts.
        1 + zeroes.div_ceil(2)
    }
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
