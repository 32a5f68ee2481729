//! What a Wi-Fi network's name and password may be. Values may be secrets, so no message repeats one.

use std::fmt;

/// The longest name of a network, in bytes (IEEE 802.11).
const LONGEST_SSID: usize = 32;
/// The shortest and the longest password, in bytes (IEEE 802.11, WPA passphrases).
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=63;
/// Hexadecimal digits of a key that is written instead of a password.
const KEY: usize = 64;

/// Why no node could join a network of this name or with this password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WifiFault {
    /// The name is empty.
    NoName,
    /// The name is too long.
    LongName,
    /// The password is too short.
    ShortPassword,
    /// The password is too long, and no key.
    LongPassword,
    /// It has 64 bytes, and not all are hexadecimal digits.
    NoKey,
    /// There is a zero byte in it, where the chip would see its end.
    Zero,
}

impl fmt::Display for WifiFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => out.write_str("the name of the Wi-Fi network is empty"),
            Self::LongName => write!(out, "the name of the Wi-Fi network is longer than {LONGEST_SSID} bytes"),
            Self::ShortPassword => write!(out, "the Wi-Fi password is shorter than {} bytes", PASSWORD.start()),
            Self::LongPassword => write!(out, "the Wi-Fi password is longer than {} bytes", PASSWORD.end()),
            Self::NoKey => write!(out, "the Wi-Fi password has {KEY} bytes, but is no key of {KEY} hexadecimal digits"),
            Self::Zero => out.write_str("there is a zero byte in it"),
        }
    }
}

impl WifiFault {
    /// What to write instead.
    pub fn help(self) -> &'static str {
        match self {
            Self::NoName => "write the name that the router shows, as in `ssid: !secret wifi_ssid`",
            Self::LongName => {
                "no router has such a name: look for what was pasted by mistake; umlauts and emoji take several bytes"
            }
            Self::ShortPassword | Self::LongPassword | Self::NoKey => {
                "WPA passwords have 8 to 63 bytes, keys 64 hexadecimal digits; an open network has `password: \"\"`"
            }
            Self::Zero => "delete it",
        }
    }
}

/// What is wrong with the name of a network.
pub fn ssid_fault(ssid: &str) -> Option<WifiFault> {
    match ssid.len() {
        0 => Some(WifiFault::NoName),
        1..=LONGEST_SSID => ssid.contains('\0').then_some(WifiFault::Zero),
        _ => Some(WifiFault::LongName),
    }
}

/// What is wrong with a password; an empty one is that of an open network.
pub fn wifi_password_fault(password: &str) -> Option<WifiFault> {
    match password.len() {
        0 => None,
        KEY => (!password.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(WifiFault::NoKey),
        length if length < *PASSWORD.start() => Some(WifiFault::ShortPassword),
        length if length > *PASSWORD.end() => Some(WifiFault::LongPassword),
        _ => password.contains('\0').then_some(WifiFault::Zero),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_1_to_32_bytes() {
        assert_eq!(ssid_fault(""), Some(WifiFault::NoName));
        assert_eq!((ssid_fault("a"), ssid_fault(&"s".repeat(32))), (None, None));
        assert_eq!(ssid_fault(&"s".repeat(33)), Some(WifiFault::LongName));
        // 17 umlauts are 34 bytes.
        assert_eq!(ssid_fault(&"ä".repeat(17)), Some(WifiFault::LongName));
        assert_eq!(ssid_fault("a\0b"), Some(WifiFault::Zero));
    }

    #[test]
    fn passwords_have_8_to_63_bytes_or_are_keys_or_none() {
        assert_eq!(wifi_password_fault(""), None);
        assert_eq!(wifi_password_fault("1234567"), Some(WifiFault::ShortPassword));
        assert_eq!((wifi_password_fault("12345678"), wifi_password_fault(&"p".repeat(63))), (None, None));
        assert_eq!(wifi_password_fault(&"0aF9".repeat(16)), None);
        assert_eq!(wifi_password_fault(&"p".repeat(64)), Some(WifiFault::NoKey));
        assert_eq!(wifi_password_fault(&"0".repeat(65)), Some(WifiFault::LongPassword));
        assert_eq!(wifi_password_fault("12345678\0"), Some(WifiFault::Zero));
    }
}
