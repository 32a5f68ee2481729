//! The format of the block: its header, its records and its checksum. Knows no field of an identity.

/// The longest name of a Wi-Fi network, in bytes.
pub const LONGEST_SSID: usize = 32;
/// The longest password of a Wi-Fi network, in bytes.
pub const LONGEST_WIFI_PASSWORD: usize = 64;

/// What the block begins with.
pub const MAGIC: [u8; 4] = *b"FLWI";
pub(super) const VERSION: u8 = 1;
pub(super) const HEADER: usize = 12;
/// Bytes of a record beside its content.
pub(super) const RECORD: usize = 4;

/// The longest name of a broker that every block has room for, in bytes; an address is shorter.
pub(super) const BROKER: usize = 64;
/// A password at the broker as `cargo xtask secrets` makes it.
pub(super) const PASSWORD: usize = 64;
/// What an account's name has behind that of its node after `cargo xtask rotate`: `.2` to `.999`.
pub(super) const EPOCH: usize = 4;

/// The broker's public key: both coordinates of a point of P-256.
pub(super) const PIN: usize = 64;

/// A fixed address: four addresses of four bytes.
pub(super) const ADDRESS: usize = 16;

/// What is behind a user's name in a cluster: `@`, and the fleet's name.
pub(super) const DOMAIN: usize = 64;

/// What a program needs room for beyond what every node has.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// Bytes of the table of names of a copy that shares its program; 0: names stand in the program.
    pub names: usize,
    /// Bytes of the longest name, status topic or topic.
    pub longest: usize,
    /// Brokers of a cluster; 0: there is none.
    pub brokers: usize,
    /// Wi-Fi networks.
    pub networks: usize,
}

impl Room {
    /// That of a node with one network, one broker and names in its program, of which the longest has so many bytes.
    pub const fn usual(longest: usize) -> Self {
        Self { names: 0, longest, brokers: 0, networks: 1 }
    }
}

/// Bytes of the block of a node with so long a name that needs this room. Both flash and RAM pay for them, so there is room
/// for what is usual and not for the longest of everything.
pub const fn size(node: usize, room: &Room) -> usize {
    let Room { names, brokers, networks, .. } = *room;
    let records = [LONGEST_SSID, LONGEST_WIFI_PASSWORD, BROKER, 2, node, node + EPOCH, PASSWORD];
    let (mut size, mut rest) = (HEADER, records.as_slice());
    while let [record, later @ ..] = rest {
        size += RECORD + *record;
        rest = later;
    }
    if names > 0 {
        size += RECORD + names;
    }
    if brokers > 0 {
        size += RECORD + (brokers - 1) * (BROKER + 1) + DOMAIN;
    }
    if networks > 1 {
        size += RECORD + (networks - 1) * (LONGEST_SSID + 1 + LONGEST_WIFI_PASSWORD + 1);
    }
    if cfg!(feature = "pinned") {
        size += RECORD + PIN;
    }
    if cfg!(feature = "static-address") {
        size += RECORD + ADDRESS;
    }
    if cfg!(feature = "power-save") {
        size += RECORD + 1;
    }
    size.next_multiple_of(4)
}

/// A block without an identity.
pub const fn empty<const WORDS: usize>() -> [u32; WORDS] {
    let mut block = [0; WORDS];
    block[0] = u32::from_le_bytes(MAGIC);
    block
}

/// Kinds of records.
pub(super) mod kind {
    pub(in crate::identity) const SSID: u8 = 1;
    pub(in crate::identity) const WIFI_PASSWORD: u8 = 2;
    pub(in crate::identity) const BROKER: u8 = 3;
    pub(in crate::identity) const PORT: u8 = 4;
    pub(in crate::identity) const CLIENT_ID: u8 = 5;
    pub(in crate::identity) const USER: u8 = 6;
    pub(in crate::identity) const PASSWORD: u8 = 7;
    pub(in crate::identity) const NAMES: u8 = 8;
    pub(in crate::identity) const OTHERS: u8 = 9;
    pub(in crate::identity) const PIN: u8 = 10;
    pub(in crate::identity) const NETWORKS: u8 = 11;
    pub(in crate::identity) const ADDRESS: u8 = 12;
    pub(in crate::identity) const POWER_SAVE: u8 = 13;
}

/// The kinds whose records are no texts, or several.
pub(super) const BINARY: [u8; 7] =
    [kind::PORT, kind::NAMES, kind::OTHERS, kind::PIN, kind::NETWORKS, kind::ADDRESS, kind::POWER_SAVE];

/// CRC-32 as in IEEE 802.3, bit by bit: it is computed once per start, and a table would cost a kilobyte.
pub(super) fn checksum(header: &[u8], records: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in header.iter().chain(records) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    !crc
}
