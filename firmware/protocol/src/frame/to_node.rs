//! Frames to a node in the emulator.

use super::{MalformedFrame, TooLong, bit, datagram_header, eight_bytes, gpio, read_datagram_header, two_words, write};
use crate::HIGHEST_READING;
use fleetwright_devices::DeviceKind;

/// What happens to a node. `B` holds received bytes: the stand-in hands them to the node in a buffer that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToNode<B> {
    /// The time, in milliseconds since the start.
    Time(u32),
    /// The two words that outlived the restart.
    Kept([u32; 2]),
    /// The seed of its random numbers.
    Seed(u32),
    /// The world puts a level on a pin.
    Pin {
        /// GPIO, 0 to 16.
        gpio: u8,
        /// Whether the level is high.
        high: bool,
    },
    /// A0 reads this, 0 to 1023.
    Analog(u16),
    /// This device is on the I2C bus of two pins.
    Device {
        /// GPIO of the data line.
        sda: u8,
        /// GPIO of the clock line.
        scl: u8,
        /// The device, and what it measures.
        kind: DeviceKind,
    },
    /// Wi-Fi is there (`true`) or gone.
    Wifi(bool),
    /// The address that it asked for; `None`: nobody has that name.
    Address(Option<[u8; 4]>),
    /// The connection is there.
    Connected,
    /// The connection could not be made.
    Failed,
    /// The connection is gone.
    Disconnected,
    /// The bytes were sent.
    Sent,
    /// Bytes were received.
    Received(B),
    /// A datagram was received.
    Datagram {
        /// The UDP port of the node that it is for.
        to: u16,
        /// The IPv4 address of its sender.
        address: [u8; 4],
        /// The UDP port of its sender.
        port: u16,
        /// What is in it.
        bytes: B,
    },
    /// The SDK is to report the end of a connection so many milliseconds after it.
    EndDelay(u32),
    /// What its flash memory has held since before the start: an address of four bytes, and the bytes from there on.
    Flash(B),
    /// It is to report what of its memory is in use.
    Usage,
    /// Time is stepped: a timer that repeats is due when an input changes, not as time passes.
    Stepped,
}

/// Bytes of a body, which may be what a reader wrote to.
pub trait Body: AsRef<[u8]> + Sized {
    /// All but the first so many bytes; none where there are fewer.
    fn behind(self, count: usize) -> Self;
}

impl Body for &[u8] {
    fn behind(self, count: usize) -> Self {
        self.get(count..).unwrap_or_default()
    }
}

impl Body for &mut [u8] {
    fn behind(self, count: usize) -> Self {
        self.get_mut(count..).unwrap_or_default()
    }
}

impl<B: AsRef<[u8]>> ToNode<B> {
    const fn kind(&self) -> u8 {
        match self {
            Self::Time(_) => b't',
            Self::Kept(_) => b'k',
            Self::Seed(_) => b'r',
            Self::Pin { .. } => b'p',
            Self::Analog(_) => b'a',
            Self::Device { .. } => b'i',
            Self::Wifi(_) => b'w',
            Self::Address(_) => b'n',
            Self::Connected => b'c',
            Self::Failed => b'f',
            Self::Disconnected => b'x',
            Self::Sent => b's',
            Self::Received(_) => b'd',
            Self::Datagram { .. } => b'g',
            Self::EndDelay(_) => b'e',
            Self::Flash(_) => b'm',
            Self::Usage => b'h',
            Self::Stepped => b'v',
        }
    }

    fn body(&self, put: &mut dyn FnMut(&[u8])) {
        match self {
            Self::Time(number) | Self::Seed(number) | Self::EndDelay(number) => put(&number.to_be_bytes()),
            Self::Kept(kept) => put(&eight_bytes(*kept)),
            Self::Pin { gpio, high } => put(&[*gpio, u8::from(*high)]),
            Self::Analog(reading) => put(&reading.to_be_bytes()),
            Self::Device { sda, scl, kind } => {
                put(&[*sda, *scl]);
                put(&kind.to_bytes());
            }
            Self::Wifi(there) => put(&[u8::from(*there)]),
            Self::Address(Some(address)) => put(address),
            Self::Received(bytes) | Self::Flash(bytes) => put(bytes.as_ref()),
            Self::Datagram { to, address, port, bytes } => {
                put(&datagram_header(*to, *address, *port));
                put(bytes.as_ref());
            }
            Self::Address(None)
            | Self::Connected
            | Self::Failed
            | Self::Disconnected
            | Self::Sent
            | Self::Usage
            | Self::Stepped => {}
        }
    }

    /// Hands over the bytes of the frame, piece by piece; an error, and no bytes, if it is too long.
    pub fn write(&self, put: &mut dyn FnMut(&[u8])) -> Result<(), TooLong> {
        write(self.kind(), &|put| self.body(put), put)
    }
}

impl<B: Body> ToNode<B> {
    /// Reads a frame.
    pub fn read(kind: u8, body: B) -> Result<Self, MalformedFrame<B>> {
        if kind == b'd' {
            return Ok(Self::Received(body));
        }
        if kind == b'm' && body.as_ref().len() > 4 {
            return Ok(Self::Flash(body));
        }
        let bytes = body.as_ref();
        if let (b'g', Some((&header, _))) = (kind, bytes.split_first_chunk()) {
            let (to, address, port) = read_datagram_header(header);
            return Ok(Self::Datagram { to, address, port, bytes: body.behind(header.len()) });
        }
        let without_body = |frame| (bytes.is_empty().then_some(frame), "no body");
        let (frame, expected) = match kind {
            b't' => (number(bytes).map(Self::Time), "milliseconds in four bytes"),
            b'k' => (bytes.try_into().ok().map(|kept| Self::Kept(two_words(kept))), "two words of four bytes"),
            b'r' => (number(bytes).map(Self::Seed), "a seed of four bytes"),
            b'p' => (pin(bytes), "a GPIO from 0 to 16 and a level, 0 or 1"),
            b'a' => (analog(bytes), "a reading in two bytes, 0 to 1023"),
            b'i' => (device(bytes), "two GPIOs from 0 to 16 and a device of ten bytes"),
            b'w' => (wifi(bytes), "0 or 1"),
            b'n' => (address(bytes), "an address of four bytes, or none"),
            b'c' => without_body(Self::Connected),
            b'f' => without_body(Self::Failed),
            b'x' => without_body(Self::Disconnected),
            b's' => without_body(Self::Sent),
            b'g' => (None, "a port of two bytes, an address of four, a port of two, and what is in the datagram"),
            b'e' => (number(bytes).map(Self::EndDelay), "milliseconds in four bytes"),
            b'h' => without_body(Self::Usage),
            b'v' => without_body(Self::Stepped),
            b'm' => (None, "an address of four bytes, and bytes"),
            _ => (None, "a kind that a node takes: one of tkrpaiwncfxsdgemhv"),
        };
        frame.ok_or(MalformedFrame { kind, body, expected })
    }
}

fn number(body: &[u8]) -> Option<u32> {
    body.try_into().ok().map(u32::from_be_bytes)
}

fn pin<B>(body: &[u8]) -> Option<ToNode<B>> {
    let [pin, level] = body.try_into().ok()?;
    Some(ToNode::Pin { gpio: gpio(pin)?, high: bit(level)? })
}

fn analog<B>(body: &[u8]) -> Option<ToNode<B>> {
    let reading = body.try_into().ok().map(u16::from_be_bytes);
    reading.filter(|reading| *reading <= HIGHEST_READING).map(ToNode::Analog)
}

fn device<B>(body: &[u8]) -> Option<ToNode<B>> {
    let (&[sda, scl], kind) = body.split_first_chunk()?;
    Some(ToNode::Device { sda: gpio(sda)?, scl: gpio(scl)?, kind: DeviceKind::from_bytes(kind.try_into().ok()?) })
}

fn wifi<B>(body: &[u8]) -> Option<ToNode<B>> {
    let [there] = body.try_into().ok()?;
    bit(there).map(ToNode::Wifi)
}

fn address<B>(body: &[u8]) -> Option<ToNode<B>> {
    if body.is_empty() {
        return Some(ToNode::Address(None));
    }
    body.try_into().ok().map(|address| ToNode::Address(Some(address)))
}
