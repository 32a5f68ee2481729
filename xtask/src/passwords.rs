//! Passwords of nodes and clients, and Mosquitto's password file.
//!
//! A line is `user:$7$iterations$salt$hash`: base64, a salt of exactly 12 bytes, 64 bytes of PBKDF2-HMAC-SHA512
//! (Mosquitto 2.0, `mosquitto_passwd -H sha512-pbkdf2`).

use anyhow::{Context, Result, anyhow};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::Sha512;
use std::collections::BTreeMap;

/// Enough for secrets of 256 random bits; the broker pays it again for every connection.
const ITERATIONS: u32 = 1_000;

/// Users and their passwords, ordered. Never printed: it has no `Debug`.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Passwords(pub BTreeMap<String, String>);

/// Random bytes from the operating system.
fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("the system gives no random numbers: {error}"))?;
    Ok(bytes)
}

/// A new password: 256 random bits, as hexadecimal digits.
pub fn fresh() -> Result<String> {
    Ok(random::<32>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

impl Passwords {
    /// A new password for each user.
    pub fn throw_away(users: impl Iterator<Item = impl Into<String>>) -> Result<Self> {
        users.map(|user| Ok((user.into(), fresh()?))).collect::<Result<_>>().map(Self)
    }

    /// The password file.
    pub fn file(&self) -> Result<String> {
        self.0.iter().map(|(user, password)| Ok(line(user, &hash(password, &random::<12>()?)))).collect()
    }

    /// Mosquitto's file of keys, `user:digits`: the secrets are 256 random bits in hexadecimal digits, so they serve as
    /// keys.
    ///
    /// # Errors
    ///
    /// A person wrote something else: a password that can be remembered is no key.
    pub fn keys(&self) -> Result<String> {
        let line = |(user, key): (&String, &String)| {
            let known = fleetwright_tls::key::from_hex(key);
            known.with_context(|| {
                format!(
                    "the secret of `{user}` is no key of 32 to 64 hexadecimal digits, as `security: tls` needs it; delete \
                     its line, and `cargo xtask secrets` makes one"
                )
            })?;
            Ok(format!("{user}:{key}\n"))
        };
        self.0.iter().map(line).collect()
    }

    /// Whether a password file says the same.
    pub fn match_file(&self, text: &str) -> bool {
        text.lines().count() == self.0.len()
            && text.lines().zip(&self.0).all(|(found, (user, password))| {
                let salt = found.split('$').nth(3).and_then(|salt| BASE64_STANDARD.decode(salt).ok());
                salt.is_some_and(|salt| line(user, &hash(password, &salt)).trim_end() == found)
            })
    }
}

fn hash(password: &str, salt: &[u8]) -> String {
    let mut hash = [0; 64];
    pbkdf2::pbkdf2_hmac::<Sha512>(password.as_bytes(), salt, ITERATIONS, &mut hash);
    format!("$7${ITERATIONS}${}${}", BASE64_STANDARD.encode(salt), BASE64_STANDARD.encode(hash))
}

fn line(user: &str, hash: &str) -> String {
    format!("{user}:{hash}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_matches_its_passwords_alone() {
        let passwords = Passwords::throw_away(["a", "b"].into_iter()).expect("random");
        let file = passwords.file().expect("random");
        assert!(passwords.match_file(&file));
        assert_ne!(file, passwords.file().expect("random"), "each file has salts of its own");
        let others = Passwords::throw_away(["a", "b"].into_iter()).expect("random");
        assert!(!others.match_file(&file));
        assert!(!passwords.match_file(""));
    }

    #[test]
    fn salts_have_the_only_length_that_mosquitto_takes() {
        let file = Passwords::throw_away(["a"].into_iter()).and_then(|passwords| passwords.file()).expect("random");
        let salt = file.split('$').nth(3).map(|salt| BASE64_STANDARD.decode(salt).expect("base64").len());
        assert_eq!(salt, Some(12));
    }
}
