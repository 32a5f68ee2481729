//! Why a node restarted by itself, as its status topic tells it.

use crate::wire::hexadecimal;

/// What ended the run before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// The cause in a few words: `gave up`, `watchdog`.
    pub cause: &'static str,
    /// The address of the instruction, as far as the chip knows it; 0: it does not.
    pub address: u32,
}

/// Bytes that the sentence fits in.
const SENTENCE: usize = 64;

impl Restart {
    /// The sentence that goes to the status topic: `restarted: gave up at 0x40210abc`.
    pub(crate) fn sentence<'b>(&self, buffer: &'b mut [u8; SENTENCE]) -> &'b [u8] {
        let mut length = 0;
        let mut put = |bytes: &[u8]| {
            if let Some(target) = buffer.get_mut(length..length + bytes.len()) {
                target.copy_from_slice(bytes);
                length += bytes.len();
            }
        };
        put(b"restarted: ");
        put(self.cause.as_bytes());
        if self.address != 0 {
            put(b" at 0x");
            put(&hexadecimal(self.address));
        }
        buffer.get(..length).unwrap_or_default()
    }

    /// A buffer for the sentence.
    pub(crate) const fn buffer() -> [u8; SENTENCE] {
        [0; SENTENCE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence() {
        let sentence = |cause, address| {
            let mut buffer = Restart::buffer();
            core::str::from_utf8(Restart { cause, address }.sentence(&mut buffer)).map(str::len).unwrap_or_default()
        };
        assert_eq!(sentence("gave up", 0x4021_0ABC), "restarted: gave up at 0x40210abc".len());
        assert_eq!(sentence("watchdog", 0), "restarted: watchdog".len());
        let long = "a cause that is far longer than there is room for in a sentence of the node's";
        assert_eq!(sentence(long, 0), "restarted: ".len());
    }

    #[test]
    fn addresses_keep_their_zeroes() {
        let mut buffer = Restart::buffer();
        assert_eq!(Restart { cause: "x", address: 0x1F }.sentence(&mut buffer), b"restarted: x at 0x0000001f");
    }
}
