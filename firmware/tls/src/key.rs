//! Keys as text: hexadecimal digits, as the broker's file of keys has them too.

use crate::pin::PublicKey;

/// The longest key, in bytes.
pub const LONGEST: usize = 32;

/// The bytes of a key; `None`: these are no 16 to 32 bytes in hexadecimal digits.
pub fn from_hex(text: &str) -> Option<([u8; LONGEST], usize)> {
    let mut bytes = [0; LONGEST];
    let mut length = 0;
    let mut pairs = text.as_bytes().chunks_exact(2);
    for pair in pairs.by_ref() {
        let [high, low] = pair else { return None };
        *bytes.get_mut(length)? = digit(*high)? << 4 | digit(*low)?;
        length += 1;
    }
    (pairs.remainder().is_empty() && length >= 16).then_some((bytes, length))
}

/// The broker's public key; `None`: these are no 64 bytes in hexadecimal digits.
pub fn public_from_hex(text: &str) -> Option<PublicKey> {
    let (x, y) = text.split_at_checked(2 * LONGEST)?;
    let mut bytes = [0; 2 * LONGEST];
    for (half, text) in bytes.chunks_exact_mut(LONGEST).zip([x, y]) {
        let (coordinate, length) = from_hex(text)?;
        if length < LONGEST {
            return None;
        }
        half.iter_mut().zip(coordinate).for_each(|(to, from)| *to = from);
    }
    Some(bytes)
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::format;

    #[test]
    fn digits_are_bytes() {
        let found = from_hex("000102030405060708090a0b0c0d0eFf");
        assert_eq!(found.map(|(bytes, length)| (bytes[0], bytes[15], length)), Some((0, 255, 16)));
        let both = ["07".repeat(32), "08".repeat(32)].concat();
        assert_eq!(public_from_hex(&both).map(|bytes| (bytes[31], bytes[32])), Some((7, 8)));
        assert!(public_from_hex(&both[2..]).is_none() && public_from_hex(&format!("{both}09")).is_none());
        assert!(from_hex("0001").is_none(), "too short");
        assert!(from_hex("0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g").is_none(), "no digit");
        assert!(from_hex("000102030405060708090a0b0c0d0e0f0").is_none(), "half a byte");
    }
}
