//! The words between a node in the emulator and the machine around it.
//!
//! A frame is its kind (one byte), the length of its body (two bytes, big-endian) and the body. From the node:
//!
//! | kind | body | meaning |
//! |---|---|---|
//! | `P` | pin, level (0 or 1) | the node drives a pin |
//! | `U` | pin, thousandths (2) | the node lets a pin be high for a part of the time |
//! | `L` | text | one line of the serial log |
//! | `W` | name of the network | the station wants to join |
//! | `N` | name | what is this host's address? |
//! | `C` | four bytes of address, port (2) | connect |
//! | `D` | bytes | send |
//! | `X` | | the connection is to end at once |
//! | `T` | milliseconds (4, big-endian), count (4) | idle until then; so many frames were taken. All ones: for ever |
//! | `H` | text | what is in use |
//! | `R` | eight bytes | restart; these words of the real-time clock's memory outlive it |
//! | `E` | text | the node did what the SDK does not allow; the emulator stops |
//!
//! To the node:
//!
//! | kind | body | meaning |
//! |---|---|---|
//! | `t` | milliseconds (4) | so late it is |
//! | `k` | eight bytes | the words that outlived the restart |
//! | `r` | four bytes | seed of the random numbers |
//! | `p` | pin, level | the world drives a pin |
//! | `a` | reading (2) | what A0 measures |
//! | `i` | data pin, clock pin, ten bytes | this device is on the bus of these pins (`fleetwright_devices::Kind`) |
//! | `w` | 1 or 0 | Wi-Fi is there or gone |
//! | `n` | four bytes of address, or none | the answer to `N` |
//! | `c`, `x`, `s` | | the connection is there; is gone; the bytes arrived |
//! | `f` | | the connection could not be made |
//! | `d` | bytes | received |
//! | `h` | | say what is in use |
//! | `v` | | time is stepped: a timer that repeats is due when the world changed, not as time passes |
//!
//! The end of the channel ends the emulator.

/// The longest body: what one TCP segment carries.
pub const LONGEST: usize = 1460;
/// Bytes before the body.
pub const HEADER: usize = 3;
/// The time that never comes, in a `T` frame.
pub const NEVER: u32 = u32::MAX;

/// The bytes before the body of a frame.
pub const fn header(kind: u8, length: u16) -> [u8; HEADER] {
    let [high, low] = length.to_be_bytes();
    [kind, high, low]
}

/// Kind and length of the body.
pub const fn parse(header: [u8; HEADER]) -> (u8, u16) {
    let [kind, high, low] = header;
    (kind, u16::from_be_bytes([high, low]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(header(b'D', 0x1234), [b'D', 0x12, 0x34]);
        assert_eq!(parse(header(b'd', 1460)), (b'd', 1460));
    }
}
