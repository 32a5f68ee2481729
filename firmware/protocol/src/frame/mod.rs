//! The frames between a node in the emulator and the tools around it.
//!
//! A frame is its kind (one byte), the length of its body (two bytes, big-endian; at most [`LONGEST`]) and the body.
//! Numbers are big-endian, with their bytes in parentheses. From the node, as [`FromNode`]:
//!
//! | kind | body | meaning |
//! |---|---|---|
//! | `P` | pin, level (0 or 1) | the node drives a pin |
//! | `U` | pin, thousandths (2) | the node keeps a pin high for a part of the time |
//! | `L` | text | one line of the serial log |
//! | `W` | name of the network | the station wants to join |
//! | `N` | name | asks for the address of this host |
//! | `C` | address (4), port (2) | connect |
//! | `D` | bytes | send |
//! | `X` | | the connection is to end at once |
//! | `G` | own port (2), address (4), port (2), bytes | send a datagram there |
//! | `T` | milliseconds (4), count (4) | idle until then; so many frames were taken. All ones: for ever |
//! | `H` | text, as [`Usage`](crate::Usage) writes it | what of the memory is in use |
//! | `F` | address (4), bytes | the node wrote these bytes into its flash memory |
//! | `Z` | address (4) | it erased the sector that begins there |
//! | `R` | two words (8) | restart; these words of the real-time clock's memory outlive it |
//! | `E` | text | the node did what the SDK does not allow; the emulator stops |
//!
//! To the node, as [`ToNode`]:
//!
//! | kind | body | meaning |
//! |---|---|---|
//! | `t` | milliseconds (4) | the time since the start |
//! | `k` | two words (8) | the words that outlived the restart |
//! | `r` | seed (4) | of the random numbers |
//! | `p` | pin, level (0 or 1) | the world puts a level on a pin |
//! | `a` | reading (2) | what A0 measures |
//! | `i` | data pin, clock pin, device (10) | this device is on the bus of these pins (`fleetwright_devices::DeviceKind`) |
//! | `w` | 1 or 0 | Wi-Fi is there or gone |
//! | `n` | address (4), or none | the answer to `N` |
//! | `c`, `x`, `s` | | the connection is there; is gone; the bytes were sent |
//! | `f` | | the connection could not be made |
//! | `d` | bytes | received |
//! | `g` | own port (2), address (4), port (2), bytes | a datagram from there was received |
//! | `e` | milliseconds (4) | the end of a connection is reported so much later |
//! | `m` | address (4), bytes | what the flash memory has held since before the start |
//! | `h` | | asks for `H` |
//! | `v` | | time is stepped: a timer that repeats is due when an input changes, not as time passes |
//!
//! The end of the channel ends the emulator.

mod from_node;
mod to_node;

pub use from_node::FromNode;
pub use to_node::{Body, ToNode};

use core::fmt;

/// The longest body: what one TCP segment carries.
pub const LONGEST: usize = 1460;

/// What stands before the body of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The kind of the frame.
    pub kind: u8,
    /// Bytes of the body.
    pub length: u16,
}

impl Header {
    /// Bytes of a header.
    pub const LENGTH: usize = 3;

    /// The header of a body; an error if it is longer than [`LONGEST`].
    pub const fn new(kind: u8, length: usize) -> Result<Self, TooLong> {
        if length > LONGEST { Err(TooLong { kind, length }) } else { Ok(Self { kind, length: length as u16 }) }
    }

    /// The header as it is sent.
    pub const fn to_bytes(self) -> [u8; Self::LENGTH] {
        let [high, low] = self.length.to_be_bytes();
        [self.kind, high, low]
    }

    /// Reads its bytes.
    pub const fn read([kind, high, low]: [u8; Self::LENGTH]) -> Result<Self, TooLong> {
        Self::new(kind, u16::from_be_bytes([high, low]) as usize)
    }
}

/// A body is longer than [`LONGEST`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// The kind of the frame.
    pub kind: u8,
    /// Bytes of the body.
    pub length: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, length } = self;
        write!(out, "a frame `{}` of {length} bytes: expected at most {LONGEST}", kind.escape_ascii())
    }
}

impl core::error::Error for TooLong {}

/// A frame whose kind is unknown or whose body does not fit the kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedFrame<B> {
    /// The kind of the frame.
    pub kind: u8,
    /// The body of the frame.
    pub body: B,
    /// What would be right, as a phrase.
    pub expected: &'static str,
}

impl<B: AsRef<[u8]>> fmt::Display for MalformedFrame<B> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, body, expected } = self;
        write!(out, "frame `{}` with body `{}`: expected {expected}", kind.escape_ascii(), body.as_ref().escape_ascii())
    }
}

impl<B: AsRef<[u8]> + fmt::Debug> core::error::Error for MalformedFrame<B> {}

/// What gets bytes, piece by piece.
type Sink<'s> = &'s mut dyn FnMut(&[u8]);

/// Writes a frame: its header, then the pieces of its body, which `body` hands over the same each time.
fn write(kind: u8, body: &dyn Fn(Sink<'_>), put: Sink<'_>) -> Result<(), TooLong> {
    let mut length = 0;
    body(&mut |piece| length += piece.len());
    put(&Header::new(kind, length)?.to_bytes());
    body(put);
    Ok(())
}

/// Four bytes, then four bytes, as two words.
const fn two_words([a, b, c, d, e, f, g, h]: [u8; 8]) -> [u32; 2] {
    [u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])]
}

/// Two words as bytes.
fn eight_bytes([first, second]: [u32; 2]) -> [u8; 8] {
    let ([a, b, c, d], [e, f, g, h]) = (first.to_be_bytes(), second.to_be_bytes());
    [a, b, c, d, e, f, g, h]
}

/// What stands before the bytes of a datagram: the node's own port, and address and port of the other side.
const fn datagram_header(own: u16, [a, b, c, d]: [u8; 4], port: u16) -> [u8; 8] {
    let ([own_high, own_low], [high, low]) = (own.to_be_bytes(), port.to_be_bytes());
    [own_high, own_low, a, b, c, d, high, low]
}

/// Reads what [`datagram_header`] wrote.
const fn read_datagram_header([own_high, own_low, a, b, c, d, high, low]: [u8; 8]) -> (u16, [u8; 4], u16) {
    (u16::from_be_bytes([own_high, own_low]), [a, b, c, d], u16::from_be_bytes([high, low]))
}

/// A pin that exists.
fn gpio(byte: u8) -> Option<u8> {
    (byte <= crate::HIGHEST_GPIO).then_some(byte)
}

/// A byte that is 0 or 1.
fn bit(byte: u8) -> Option<bool> {
    match byte {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
