//! Passwords of nodes and clients, and Mosquitto's password file.
//!
//! A line is `user:$7$iterations$salt$hash`: base64, a salt of exactly 12 bytes, 64 bytes of PBKDF2-HMAC-SHA512
//! (Mosquitto 2.0, `mosquitto_passwd -H sha512-pbkdf2`).
//!
//! Passwords are random and not derived from the seed of the salts: who learns the seed learns no password, what a person
//! wrote by hand stays, and one password can be replaced without touching the others.

use crate::hex;
use crate::random::random;
use crate::seed::Seed;
use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use fleetwright_generator::model::Security;
use sha2::Sha512;
use std::collections::BTreeMap;

/// Enough for secrets of 256 random bits; the broker pays it again for every connection.
const ITERATIONS: u32 = 1_000;

/// The file of passwords' hashes, as brokers name it.
pub const PASSWORDS: &str = "passwd";

/// Users and their passwords, ordered. Never printed: it has no `Debug`.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Passwords(pub BTreeMap<String, String>);

/// Where the salts of a password file come from.
#[derive(Clone, Copy)]
pub enum Salts<'a> {
    /// From the operating system, anew for each file: for brokers that are thrown away, and hash once, or their proofs
    /// would mostly wait for hashes.
    Random,
    /// From the seed and the fleet's name: the same passwords give the same file.
    Of(&'a Seed, &'a str),
}

impl Salts<'_> {
    fn iterations(self) -> u32 {
        match self {
            Self::Random => 1,
            Self::Of(..) => ITERATIONS,
        }
    }

    fn of(self, user: &str, password: &str) -> Result<[u8; 12]> {
        match self {
            Self::Random => random(),
            Self::Of(seed, fleet) => Ok(seed.salt(fleet, user, password)),
        }
    }
}

/// The name of the file in which a broker looks users up; `None`: it lets everybody in.
pub fn file_name(security: Security) -> Option<&'static str> {
    match security {
        Security::Open => None,
        Security::Password | Security::TlsPinned => Some(PASSWORDS),
        Security::Tls => Some("psk"),
    }
}

/// A new password: 256 random bits, as hexadecimal digits.
pub fn fresh() -> Result<String> {
    Ok(hex::encode(&random::<32>()?))
}

impl Passwords {
    /// A new password for each user.
    pub fn throw_away(users: impl Iterator<Item = impl Into<String>>) -> Result<Self> {
        users.map(|user| Ok((user.into(), fresh()?))).collect::<Result<_>>().map(Self)
    }

    /// The file in which the broker looks users up: hashes of passwords, or keys. The one place where such a file is made.
    pub fn file(&self, security: Security, salts: Salts<'_>) -> Result<String> {
        match security {
            Security::Open => Ok(String::new()),
            Security::Password | Security::TlsPinned => self.hashes(salts),
            Security::Tls => self.keys(),
        }
    }

    /// Mosquitto's password file.
    pub fn hashes(&self, salts: Salts<'_>) -> Result<String> {
        let line = |(user, password): (&String, &String)| {
            let salt = salts.of(user, password).with_context(|| format!("the salt of `{user}`"))?;
            Ok(line(user, &hash(password, &salt, salts.iterations())))
        };
        self.0.iter().map(line).collect()
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
}

fn hash(password: &str, salt: &[u8], iterations: u32) -> String {
    let mut hash = [0; 64];
    pbkdf2::pbkdf2_hmac::<Sha512>(password.as_bytes(), salt, iterations, &mut hash);
    format!("$7${iterations}${}${}", BASE64_STANDARD.encode(salt), BASE64_STANDARD.encode(hash))
}

fn line(user: &str, hash: &str) -> String {
    format!("{user}:{hash}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Passwords {
        Passwords::throw_away(["a", "b"].into_iter()).expect("random")
    }

    #[test]
    fn with_a_seed_the_same_passwords_give_the_same_bytes() {
        let (passwords, seed) = (some(), Seed::fresh().expect("random"));
        let file = passwords.hashes(Salts::Of(&seed, "room")).expect("hashed");
        assert_eq!(file, passwords.hashes(Salts::Of(&seed, "room")).expect("hashed"));
        assert_ne!(file, passwords.hashes(Salts::Of(&seed, "hall")).expect("hashed"), "another fleet");
        assert_ne!(file, passwords.hashes(Salts::Random).expect("hashed"), "another salt");
        let mut changed = passwords.clone();
        changed.0.insert("b".into(), "another".into());
        let other = changed.hashes(Salts::Of(&seed, "room")).expect("hashed");
        let same = file.lines().zip(other.lines()).map(|(one, other)| one == other).collect::<Vec<_>>();
        assert_eq!(same, [true, false], "the line of `b` alone has changed");
    }

    #[test]
    fn salts_have_the_only_length_that_mosquitto_takes() {
        let seed = Seed::fresh().expect("random");
        for salts in [Salts::Random, Salts::Of(&seed, "room")] {
            let file = some().hashes(salts).expect("hashed");
            let salt = file.split('$').nth(3).map(|salt| BASE64_STANDARD.decode(salt).expect("base64").len());
            assert_eq!(salt, Some(12));
        }
    }
}
