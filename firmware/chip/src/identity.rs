//! Who a node is: the block of flash in which it stands, for the tool that writes it and for the node that reads it.
//!
//! | bytes | what |
//! |---|---|
//! | 0–3 | `FLWI` |
//! | 4 | version of the format: 1 |
//! | 5 | 0 |
//! | 6–7 | length of the records, little-endian |
//! | 8–11 | CRC-32 (IEEE 802.3) of bytes 4–7 and the records, little-endian |
//! | 12– | records: kind (1), length (2, little-endian), so many bytes, a zero |
//!
//! Texts are UTF-8. The zero behind each is for C. Records of an unknown kind are passed over, so an older node reads
//! what a newer tool wrote. A block of zeroes behind `FLWI` is no identity: the node works without network.

use core::fmt;

/// The longest name of a Wi-Fi network, in bytes.
pub const LONGEST_SSID: usize = 32;
/// The longest password of a Wi-Fi network, in bytes.
pub const LONGEST_WIFI_PASSWORD: usize = 64;

/// What the block begins with.
pub const MAGIC: [u8; 4] = *b"FLWI";
const VERSION: u8 = 1;
const HEADER: usize = 12;
/// Bytes of a record beside its content.
const RECORD: usize = 4;

/// The longest name of a broker that every block has room for, in bytes; an address is shorter.
const BROKER: usize = 64;
/// A password at the broker as `cargo xtask secrets` makes it.
const PASSWORD: usize = 64;
/// What an account's name has behind that of its node after `cargo xtask rotate`: `.2` to `.999`.
const EPOCH: usize = 4;

/// The broker's public key: both coordinates of a point of P-256.
const PIN: usize = 64;

/// What is behind a user's name in a cluster: `@`, and the fleet's name.
const DOMAIN: usize = 64;

/// Bytes of the block of a node with so long a name, whose table of names takes so many bytes (0: it has none), and
/// which knows so many brokers of a cluster (0: there is none). Both flash and RAM pay for them, so there is room for what
/// is usual and not for the longest of everything.
pub const fn size(node: usize, names: usize, brokers: usize) -> usize {
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
    if cfg!(feature = "pinned") {
        size += RECORD + PIN;
    }
    size.next_multiple_of(4)
}

/// A block that nobody wrote.
pub const fn empty<const WORDS: usize>() -> [u32; WORDS] {
    let mut block = [0; WORDS];
    block[0] = u32::from_le_bytes(MAGIC);
    block
}

/// Kinds of records.
mod kind {
    pub(super) const SSID: u8 = 1;
    pub(super) const WIFI_PASSWORD: u8 = 2;
    pub(super) const BROKER: u8 = 3;
    pub(super) const PORT: u8 = 4;
    pub(super) const CLIENT_ID: u8 = 5;
    pub(super) const USER: u8 = 6;
    pub(super) const PASSWORD: u8 = 7;
    pub(super) const NAMES: u8 = 8;
    pub(super) const OTHERS: u8 = 9;
    pub(super) const PIN: u8 = 10;
}

/// The kinds whose records are no texts, or several.
const BINARY: [u8; 4] = [kind::PORT, kind::NAMES, kind::OTHERS, kind::PIN];

/// Who a node is, and where its network is. Holds secrets.
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

/// Why there is no identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody wrote one.
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

/// Secrets stay out of logs and messages.
impl fmt::Debug for Identity<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Identity({} at {}:{})", self.client_id, self.broker, self.port)
    }
}

impl Identity<'_> {
    /// Writes the identity into a block; what is behind it becomes zero.
    ///
    /// # Errors
    ///
    /// What is too long, or can't be told from its end. The block is not to be used then.
    pub fn write(&self, block: &mut [u8]) -> Result<(), Fault> {
        let size = block.len();
        block.fill(0);
        let mut end = HEADER;
        let mut put = |kind, bytes: &[u8], longest, what| {
            if bytes.len() > longest || bytes.contains(&0) && !BINARY.contains(&kind) {
                return Err(Fault::Text(what));
            }
            let record = block.get_mut(end..end + RECORD + bytes.len()).ok_or(Fault::TooLong(size))?;
            let [low, high] = (bytes.len() as u16).to_le_bytes();
            record[..3].copy_from_slice(&[kind, low, high]);
            record[3..3 + bytes.len()].copy_from_slice(bytes);
            end += record.len();
            Ok(())
        };
        put(kind::SSID, self.ssid.as_bytes(), LONGEST_SSID, "the name of the Wi-Fi network")?;
        put(kind::WIFI_PASSWORD, self.wifi_password.as_bytes(), LONGEST_WIFI_PASSWORD, "the Wi-Fi password")?;
        put(kind::BROKER, self.broker.as_bytes(), 253, "the broker's name")?;
        put(kind::PORT, &self.port.to_le_bytes(), 2, "the broker's port")?;
        put(kind::CLIENT_ID, self.client_id.as_bytes(), 255, "the client identifier")?;
        if let Some((user, password)) = self.credentials {
            put(kind::USER, user.as_bytes(), 255, "the user's name at the broker")?;
            put(kind::PASSWORD, password.as_bytes(), 255, "the password at the broker")?;
        }
        if !self.others.is_empty() {
            put(kind::OTHERS, self.others.as_bytes(), 2_048, "the list of brokers")?;
        }
        if !self.names.is_empty() {
            put(kind::NAMES, self.names, usize::from(u16::MAX), "the table of names")?;
        }
        if let Some(pin) = self.pin {
            put(kind::PIN, pin, PIN, "the broker's public key")?;
        }
        block[..4].copy_from_slice(&MAGIC);
        block[4] = VERSION;
        block[6..8].copy_from_slice(&((end - HEADER) as u16).to_le_bytes());
        let check = checksum(&block[4..8], &block[HEADER..end]);
        block[8..HEADER].copy_from_slice(&check.to_le_bytes());
        Ok(())
    }
}

impl<'a> Identity<'a> {
    /// Reads a block.
    pub fn read(block: &'a [u8]) -> Result<Self, Fault> {
        let header: &[u8; HEADER] = block.first_chunk().ok_or(Fault::Damaged)?;
        let [m0, m1, m2, m3, version, reserved, l0, l1, check @ ..] = *header;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(Fault::Damaged);
        }
        if header[4..].iter().all(|byte| *byte == 0) {
            return Err(Fault::Empty);
        }
        let length = usize::from(u16::from_le_bytes([l0, l1]));
        let records = block.get(HEADER..HEADER + length).ok_or(Fault::Damaged)?;
        let meant = checksum(&[version, reserved, l0, l1], records);
        if version != VERSION || u32::from_le_bytes(check) != meant {
            return Err(Fault::Damaged);
        }
        Self::of_records(records).ok_or(Fault::Damaged)
    }

    fn of_records(mut rest: &'a [u8]) -> Option<Self> {
        let mut identity = Self::default();
        let (mut user, mut password) = (None, None);
        while let [kind, low, high, after @ ..] = rest {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let (bytes, after) = after.split_at_checked(length)?;
            rest = after.strip_prefix(&[0])?;
            if *kind == kind::PORT {
                identity.port = u16::from_le_bytes(bytes.try_into().ok()?);
                continue;
            }
            if *kind == kind::NAMES {
                identity.names = bytes;
                continue;
            }
            if *kind == kind::PIN {
                identity.pin = bytes.try_into().ok();
                continue;
            }
            let text = text(bytes)?;
            match *kind {
                kind::SSID => identity.ssid = text,
                kind::WIFI_PASSWORD => identity.wifi_password = text,
                kind::BROKER => identity.broker = text,
                kind::OTHERS => identity.others = text,
                kind::CLIENT_ID => identity.client_id = text,
                kind::USER => user = Some(text),
                kind::PASSWORD => password = Some(text),
                _ => {}
            }
        }
        identity.credentials = user.zip(password);
        let whole = identity.ssid.len() <= LONGEST_SSID && identity.wifi_password.len() <= LONGEST_WIFI_PASSWORD;
        (rest.is_empty() && whole).then_some(identity)
    }
}

/// The text in these bytes of a record.
fn text(bytes: &[u8]) -> Option<&str> {
    if cfg!(target_os = "none") {
        // SAFETY: a block whose checksum is right was written by `Identity::write`, from texts. To look once more would
        // cost half a kilobyte of flash.
        Some(unsafe { core::str::from_utf8_unchecked(bytes) })
    } else {
        core::str::from_utf8(bytes).ok()
    }
}

/// CRC-32 as in IEEE 802.3, bit by bit: it is computed once per start, and a table would cost a kilobyte.
fn checksum(header: &[u8], records: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in header.iter().chain(records) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: usize = size(10, 0, 0);

    const OWN: Identity<'_> = Identity {
        ssid: "Wohnzimmer",
        wifi_password: "geheim geheim",
        broker: "broker.local",
        others: "",
        port: 1883,
        client_id: "esp-choice",
        credentials: Some(("esp-choice", "hunter2")),
        names: &[],
        pin: None,
    };

    fn written(identity: &Identity<'_>) -> [u8; SIZE] {
        let mut block = [0xAA; SIZE];
        identity.write(&mut block).expect("fits");
        block
    }

    #[test]
    fn what_is_written_is_read() {
        let block = written(&OWN);
        assert_eq!(Identity::read(&block), Ok(OWN));
        let open = Identity { credentials: None, wifi_password: "", ..OWN };
        assert_eq!(Identity::read(&written(&open)), Ok(open));
        let copy = Identity { names: b"\x03a/b\x00", ..OWN };
        assert_eq!(Identity::read(&written(&copy)), Ok(copy));
    }

    #[test]
    fn the_usual_at_its_longest_fits_with_an_account_of_a_later_epoch() {
        let (ssid, password) = ("s".repeat(LONGEST_SSID), "p".repeat(LONGEST_WIFI_PASSWORD));
        let (broker, secret) = ("b".repeat(BROKER), "0".repeat(PASSWORD));
        let credentials = Some(("esp-choice.999", secret.as_str()));
        let longest = Identity { ssid: &ssid, wifi_password: &password, broker: &broker, credentials, ..OWN };
        assert_eq!(Identity::read(&written(&longest)), Ok(longest));
    }

    #[test]
    fn a_zero_follows_every_text() {
        let block = written(&OWN);
        let broker = Identity::read(&block).expect("reads").broker;
        let place = block.windows(12).position(|bytes| bytes == broker.as_bytes()).expect("is there");
        assert_eq!(block[place + 12], 0);
    }

    #[test]
    fn a_cluster_has_several() {
        let cluster = Identity { others: "b.local\0c.local", ..OWN };
        let mut block = [0xAA; size(10, 0, 3)];
        cluster.write(&mut block).expect("fits");
        let read = Identity::read(&block).expect("reads");
        assert_eq!(read, cluster);
        let place = block.windows(7).position(|bytes| bytes == b"c.local").expect("is there");
        assert_eq!(block[place + 7], 0, "for C");
    }

    #[test]
    fn a_broker_may_be_known_by_its_key() {
        let mut key = [0; PIN];
        key[7] = 7;
        let pinned = Identity { pin: Some(&key), ..OWN };
        let mut block = [0xAA; SIZE + RECORD + PIN];
        pinned.write(&mut block).expect("fits");
        assert_eq!(Identity::read(&block), Ok(pinned));
    }

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(checksum(b"1234", b"56789"), 0xCBF4_3926);
    }

    #[test]
    fn no_damaged_byte_goes_unseen() {
        let block = written(&OWN);
        let length = HEADER + usize::from(u16::from_le_bytes([block[6], block[7]]));
        for place in 0..length {
            let mut damaged = block;
            damaged[place] ^= 0x10;
            assert_eq!(Identity::read(&damaged), Err(Fault::Damaged), "byte {place}");
        }
    }

    #[test]
    fn nothing_written_is_told_from_damaged() {
        let block: Vec<u8> = empty::<16>().into_iter().flat_map(u32::to_le_bytes).collect();
        assert_eq!(Identity::read(&block), Err(Fault::Empty));
        assert_eq!(Identity::read(&[0xFF; SIZE]), Err(Fault::Damaged));
        assert_eq!(Identity::read(b"FLWI"), Err(Fault::Damaged));
    }

    #[test]
    fn records_of_a_later_version_are_passed_over() {
        let mut block = [0; 64];
        block[..4].copy_from_slice(&MAGIC);
        let records = [&[99, 2, 0, 7, 8, 0][..], &[kind::BROKER, 1, 0, b'b', 0]].concat();
        block[4..8].copy_from_slice(&[VERSION, 0, records.len() as u8, 0]);
        block[HEADER..HEADER + records.len()].copy_from_slice(&records);
        let check = checksum(&block[4..8], &records);
        block[8..12].copy_from_slice(&check.to_le_bytes());
        assert_eq!(Identity::read(&block).map(|identity| identity.broker), Ok("b"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let long = "x".repeat(65);
        let fault = |identity: Identity<'_>| identity.write(&mut [0; SIZE]).expect_err("too long").to_string();
        assert_eq!(
            fault(Identity { ssid: &long, ..OWN }),
            "the name of the Wi-Fi network is too long, or holds a zero byte"
        );
        assert_eq!(
            fault(Identity { client_id: "a\0b", ..OWN }),
            "the client identifier is too long, or holds a zero byte"
        );
        let longest = "x".repeat(250);
        let all = Identity { broker: &longest, client_id: &longest, ..OWN };
        assert_eq!(fault(all), "names and passwords take more than the 292 bytes there are for them");
    }

    #[test]
    fn secrets_are_not_printed() {
        assert_eq!(std::format!("{OWN:?}"), "Identity(esp-choice at broker.local:1883)");
    }

    extern crate std;
    use std::string::ToString;
    use std::vec::Vec;

    #[test]
    fn every_start_of_a_block_is_read_without_a_panic() {
        let block: Vec<u8> = written(&OWN).to_vec();
        for end in 0..block.len() {
            let _ = Identity::read(&block[..end]);
        }
    }
}
