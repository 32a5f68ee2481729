//! A node's key as text: hexadecimal digits, as the broker's file of keys has them too.

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

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        b'A'..=b'F' => Some(letter - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_bytes() {
        let found = from_hex("000102030405060708090a0b0c0d0eFf");
        assert_eq!(found.map(|(bytes, length)| (bytes[0], bytes[15], length)), Some((0, 255, 16)));
        assert!(from_hex("0001").is_none(), "too short");
        assert!(from_hex("0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g0g").is_none(), "no digit");
        assert!(from_hex("000102030405060708090a0b0c0d0e0f0").is_none(), "half a byte");
    }
}
