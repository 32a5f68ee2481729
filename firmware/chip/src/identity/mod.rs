//! The identity of a node: a block of flash, for the tool that writes it and for the node that reads it.
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

mod fields;
mod format;
mod read;
#[cfg_attr(not(target_os = "none"), path = "text_std.rs")]
mod text;
mod write;

pub use fields::{Fault, Identity, PowerSave, StaticAddress};
pub use format::{LONGEST_SSID, LONGEST_WIFI_PASSWORD, MAGIC, Room, empty, size};

#[cfg(test)]
mod tests;
