//! Frames from a node in the emulator.

use super::{MalformedFrame, TooLong, bit, datagram_header, eight_bytes, gpio, read_datagram_header, two_words, write};
use crate::{ALL_OF_THE_TIME, Usage};

/// The time that never comes, in an idle frame.
const NEVER: u32 = u32::MAX;

/// What a node does, or wants from the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromNode<'b> {
    /// It drives a pin.
    Pin {
        /// GPIO, 0 to 16.
        gpio: u8,
        /// Whether the level is high.
        high: bool,
    },
    /// It keeps a pin high for a part of the time.
    Duty {
        /// GPIO, 0 to 16.
        gpio: u8,
        /// That part, in thousandths.
        permille: u16,
    },
    /// A line of its serial log, without the line end.
    Log(&'b [u8]),
    /// Its station wants to join the network of this name.
    Join(&'b [u8]),
    /// It asks for the address of the host of this name.
    Resolve(&'b [u8]),
    /// It opens a TCP connection.
    Connect {
        /// An IPv4 address.
        address: [u8; 4],
        /// A TCP port.
        port: u16,
    },
    /// It sends these bytes.
    Send(&'b [u8]),
    /// It ends its connection.
    Disconnect,
    /// It sends a datagram.
    Datagram {
        /// The UDP port that it has itself.
        from: u16,
        /// An IPv4 address.
        address: [u8; 4],
        /// A UDP port there.
        port: u16,
        /// What is in it.
        bytes: &'b [u8],
    },
    /// It has done all that was due, and waits.
    Idle {
        /// When a timer is due, in milliseconds since the start; `None`: never. The last number that four bytes hold
        /// stands for never, so a timer can't be due then.
        until: Option<u32>,
        /// How many frames it has taken since the start.
        taken: u32,
    },
    /// What of its memory is in use.
    Usage(Usage),
    /// It wrote these bytes into its flash memory.
    Flash {
        /// Where they begin, in bytes from the start of the memory.
        address: u32,
        /// At least one.
        bytes: &'b [u8],
    },
    /// It erased the sector of its flash memory that begins there.
    Erased(u32),
    /// It restarts; these two words of the real-time clock's memory outlive it.
    Restart([u32; 2]),
    /// It did what the SDK does not allow, and stops.
    Fault(&'b [u8]),
}

impl<'b> FromNode<'b> {
    const fn kind(&self) -> u8 {
        match self {
            Self::Pin { .. } => b'P',
            Self::Duty { .. } => b'U',
            Self::Log(_) => b'L',
            Self::Join(_) => b'W',
            Self::Resolve(_) => b'N',
            Self::Connect { .. } => b'C',
            Self::Send(_) => b'D',
            Self::Disconnect => b'X',
            Self::Datagram { .. } => b'G',
            Self::Idle { .. } => b'T',
            Self::Usage(_) => b'H',
            Self::Flash { .. } => b'F',
            Self::Erased(_) => b'Z',
            Self::Restart(_) => b'R',
            Self::Fault(_) => b'E',
        }
    }

    fn body(&self, put: &mut dyn FnMut(&[u8])) {
        match *self {
            Self::Pin { gpio, high } => put(&[gpio, u8::from(high)]),
            Self::Duty { gpio, permille } => {
                let [high, low] = permille.to_be_bytes();
                put(&[gpio, high, low]);
            }
            Self::Log(bytes) | Self::Join(bytes) | Self::Resolve(bytes) | Self::Send(bytes) | Self::Fault(bytes) => {
                put(bytes);
            }
            Self::Connect { address: [a, b, c, d], port } => {
                let [high, low] = port.to_be_bytes();
                put(&[a, b, c, d, high, low]);
            }
            Self::Disconnect => {}
            Self::Datagram { from, address, port, bytes } => {
                put(&datagram_header(from, address, port));
                put(bytes);
            }
            Self::Idle { until, taken } => put(&eight_bytes([until.unwrap_or(NEVER), taken])),
            Self::Usage(usage) => usage.write(put),
            Self::Flash { address, bytes } => {
                put(&address.to_be_bytes());
                put(bytes);
            }
            Self::Erased(address) => put(&address.to_be_bytes()),
            Self::Restart(kept) => put(&eight_bytes(kept)),
        }
    }

    /// Hands over the bytes of the frame, piece by piece; an error, and no bytes, if it is too long.
    pub fn write(&self, put: &mut dyn FnMut(&[u8])) -> Result<(), TooLong> {
        write(self.kind(), &|put| self.body(put), put)
    }

    /// Reads a frame.
    pub fn read(kind: u8, body: &'b [u8]) -> Result<Self, MalformedFrame<&'b [u8]>> {
        let (frame, expected) = match kind {
            b'P' => (pin(body), "a GPIO from 0 to 16 and a level, 0 or 1"),
            b'U' => (duty(body), "a GPIO from 0 to 16 and thousandths in two bytes, 0 to 1000"),
            b'L' => (Some(Self::Log(body)), ""),
            b'W' => (Some(Self::Join(body)), ""),
            b'N' => (Some(Self::Resolve(body)), ""),
            b'C' => (connect(body), "an address of four bytes and a port of two"),
            b'D' => (Some(Self::Send(body)), ""),
            b'X' => (body.is_empty().then_some(Self::Disconnect), "no body"),
            b'G' => {
                (datagram(body), "a port of two bytes, an address of four, a port of two, and what is in the datagram")
            }
            b'T' => (idle(body), "milliseconds in four bytes and a count in four"),
            b'H' => (usage(body), "`heap N allocated N …`, as `Usage` writes it"),
            b'F' => (flash(body), "an address of four bytes, and bytes"),
            b'Z' => (
                body.try_into().ok().map(|address| Self::Erased(u32::from_be_bytes(address))),
                "an address of four bytes",
            ),
            b'R' => (body.try_into().ok().map(|kept| Self::Restart(two_words(kept))), "two words of four bytes"),
            b'E' => (Some(Self::Fault(body)), ""),
            _ => (None, "a kind that a node sends: one of PULWNCDXGTHFZRE"),
        };
        frame.ok_or(MalformedFrame { kind, body, expected })
    }
}

fn pin<'b>(body: &[u8]) -> Option<FromNode<'b>> {
    let [pin, level] = body.try_into().ok()?;
    Some(FromNode::Pin { gpio: gpio(pin)?, high: bit(level)? })
}

fn duty<'b>(body: &[u8]) -> Option<FromNode<'b>> {
    let [pin, high, low] = body.try_into().ok()?;
    let permille = Some(u16::from_be_bytes([high, low])).filter(|permille| *permille <= ALL_OF_THE_TIME)?;
    Some(FromNode::Duty { gpio: gpio(pin)?, permille })
}

fn connect<'b>(body: &[u8]) -> Option<FromNode<'b>> {
    let [a, b, c, d, high, low] = body.try_into().ok()?;
    Some(FromNode::Connect { address: [a, b, c, d], port: u16::from_be_bytes([high, low]) })
}

fn datagram(body: &[u8]) -> Option<FromNode<'_>> {
    let (header, bytes) = body.split_first_chunk()?;
    let (from, address, port) = read_datagram_header(*header);
    Some(FromNode::Datagram { from, address, port, bytes })
}

fn flash(body: &[u8]) -> Option<FromNode<'_>> {
    let (address, bytes) = body.split_first_chunk()?;
    (!bytes.is_empty()).then_some(FromNode::Flash { address: u32::from_be_bytes(*address), bytes })
}

fn idle<'b>(body: &[u8]) -> Option<FromNode<'b>> {
    let [until, taken] = two_words(body.try_into().ok()?);
    Some(FromNode::Idle { until: Some(until).filter(|until| *until != NEVER), taken })
}

fn usage<'b>(body: &[u8]) -> Option<FromNode<'b>> {
    Some(FromNode::Usage(Usage::read(core::str::from_utf8(body).ok()?).ok()?))
}
