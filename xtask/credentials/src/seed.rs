//! The seed of a project: random bits from which is derived what must be secret and always the same. It lies in
//! `fleets/secrets.yaml` alone.
//!
//! A salt has to be unique and unknown before the password file is seen. HMAC under a secret key gives both, so that two
//! runs make the same bytes and an unchanged fleet stays unchanged on its broker. A salt that could be computed without
//! the seed would be a fast way to try passwords, past PBKDF2.

use crate::hex;
use crate::random::random;
use anyhow::{Result, bail};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The least length, in hexadecimal digits: 256 bits.
const DIGITS: usize = 64;

/// At least 256 random bits. Never printed: it has no `Debug`.
#[derive(Clone)]
pub struct Seed(Vec<u8>);

impl Seed {
    /// A new one.
    pub fn fresh() -> Result<Self> {
        Ok(Self(random::<32>()?.to_vec()))
    }

    /// Reads hexadecimal digits. What is wrong with them is told without any of them.
    pub fn from_hex(text: &str) -> Result<Self> {
        match hex::decode(text) {
            Some(bytes) if text.len() >= DIGITS => Ok(Self(bytes)),
            _ => bail!(
                "`seed` is not {DIGITS} or more hexadecimal digits; delete its line, and `cargo xtask secrets` makes one"
            ),
        }
    }

    /// As it is written.
    pub fn to_hex(&self) -> String {
        hex::encode(&self.0)
    }

    /// The salt of a user's line in a password file.
    pub fn salt(&self, fleet: &str, user: &str, password: &str) -> [u8; 12] {
        let whole = hmac(&self.0, &["salt", fleet, user, password]);
        let mut salt = [0; 12];
        salt.copy_from_slice(&whole[..12]);
        salt
    }
}

/// HMAC-SHA256 of parts with `|` between them. No name of a fleet or a user has one, and what may have one comes last.
pub fn hmac(key: &[u8], parts: &[&str]) -> [u8; 32] {
    // HMAC takes keys of every length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(parts.join("|").as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_read_as_it_was_written_and_nothing_shorter_is_one() {
        let seed = Seed::fresh().expect("random");
        let digits = seed.to_hex();
        assert_eq!(digits.len(), DIGITS);
        assert_eq!(Seed::from_hex(&digits).expect("read").salt("f", "u", "p"), seed.salt("f", "u", "p"));
        for wrong in ["", "hunter2", &digits[1..], &digits[2..], &format!("{digits}0"), &format!("{}é", &digits[1..])]
        {
            let message = Seed::from_hex(wrong).err().expect("refused").to_string();
            assert!(wrong.is_empty() || !message.contains(wrong), "{message}");
        }
    }

    #[test]
    fn salts_are_those_of_hmac_sha256() {
        // printf 'salt|room|esp-light|abc' | openssl dgst -sha256 -mac HMAC -macopt hexkey:<64 zeros>
        let seed = Seed::from_hex(&"0".repeat(64)).expect("a seed");
        assert_eq!(hex::encode(&seed.salt("room", "esp-light", "abc")), "94963a0fde0988a95a4df349");
    }
}
