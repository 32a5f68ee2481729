//! The sizes of records, and a check of the headers of the broker's records before the library sees them. Whoever sits between node and broker can
//! put records of his own there; the library takes some that nobody encrypted for messages, and panics on others.

use embedded_io::ErrorKind;

/// Bytes for a record of the broker: the largest it may send (512 bytes: messages of nodes are short), and what encryption
/// adds.
pub const RECEIVE: usize = 640;
/// Bytes for a record of the node.
pub const SEND: usize = 400;

/// Types of records (RFC 8446, 5.1).
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION: u8 = 23;
const HEADER: usize = 5;
/// A type of content and the tag: less can't be in an encrypted record.
const SHORTEST: usize = 17;

/// The position in the stream of the broker's records.
#[derive(Clone, Copy)]
pub(crate) struct Records {
    header: [u8; HEADER],
    /// Bytes of the header that came.
    seen: usize,
    /// Bytes of the record that are still to come.
    rest: usize,
    hello_seen: bool,
    encrypted: bool,
}

impl Records {
    pub(crate) const fn new() -> Self {
        Self { header: [0; HEADER], seen: 0, rest: 0, hello_seen: false, encrypted: false }
    }

    /// Checks the next bytes; `Err`: they are no record that may come here.
    pub(crate) fn pass(&mut self, mut bytes: &[u8]) -> Result<(), ErrorKind> {
        while let [byte, later @ ..] = bytes {
            if self.rest > 0 {
                let count = self.rest.min(bytes.len());
                self.rest -= count;
                bytes = bytes.get(count..).unwrap_or_default();
                continue;
            }
            if let Some(target) = self.header.get_mut(self.seen) {
                *target = *byte;
            }
            self.seen += 1;
            if self.seen == HEADER {
                self.seen = 0;
                self.check()?;
            }
            bytes = later;
        }
        Ok(())
    }

    fn check(&mut self) -> Result<(), ErrorKind> {
        let [kind, major, _, high, low] = self.header;
        self.rest = usize::from(u16::from_be_bytes([high, low]));
        let fits = self.rest <= RECEIVE;
        let expected = match kind {
            // The ServerHello is the one message that comes in clear.
            HANDSHAKE => !core::mem::replace(&mut self.hello_seen, true) && self.rest >= 4,
            // For old middle boxes, between the ServerHello and what is encrypted.
            CHANGE_CIPHER_SPEC => self.hello_seen && !self.encrypted && self.rest == 1,
            ALERT => !self.encrypted && self.rest == 2,
            APPLICATION => {
                self.encrypted = self.hello_seen;
                self.hello_seen && self.rest >= SHORTEST
            }
            _ => false,
        };
        if major == 3 && fits && expected { Ok(()) } else { Err(ErrorKind::InvalidData) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(records: &[&[u8]]) -> bool {
        let mut state = Records::new();
        // Byte by byte, the worst that a network may do.
        records.iter().flat_map(|record| record.iter()).all(|byte| state.pass(&[*byte]).is_ok())
    }

    const HELLO: &[u8] = &[22, 3, 3, 0, 4, 2, 0, 0, 0];
    const SPEC: &[u8] = &[20, 3, 3, 0, 1, 1];
    const SECRET: &[u8] = &[23, 3, 3, 0, 17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn the_way_of_a_handshake() {
        assert!(passes(&[HELLO, SPEC, SECRET, SECRET]));
        assert!(passes(&[HELLO, SECRET]));
        assert!(passes(&[&[21, 3, 3, 0, 2, 2, 40]]));
    }

    #[test]
    fn nothing_in_clear_after_the_greeting() {
        assert!(!passes(&[HELLO, HELLO]));
        assert!(!passes(&[HELLO, SECRET, HELLO]));
        assert!(!passes(&[HELLO, SECRET, SPEC]));
        assert!(!passes(&[HELLO, SECRET, &[21, 3, 3, 0, 2, 1, 0]]));
    }

    #[test]
    fn nothing_too_long_or_too_short() {
        assert!(!passes(&[SECRET]), "before the greeting");
        assert!(!passes(&[HELLO, &[23, 3, 3, 0, 16]]));
        assert!(!passes(&[&[22, 3, 3, 0x40, 0]]), "longer than the buffer");
        assert!(!passes(&[&[22, 3, 3, 0, 0]]));
        assert!(!passes(&[b"HTTP/"]));
    }
}
