//! `fleets/secrets.yaml`: what only its owner may read.

mod disk;
pub mod file;

pub use disk::{folder, path, read};

use crate::seed::Seed;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The account without any right that `cargo xtask apply` asks a broker with whether it still refuses.
pub const SENTINEL: &str = "fleetwright-sentinel";

/// The entry of which a broker's key and certificates are made. It is no account.
pub const BROKER: &str = "fleetwright-broker";

/// `name: value` for what `!secret` names, the project's `seed:`, and by fleet and user `credentials:` and `accounts:`.
/// Never printed: it has no `Debug`.
#[derive(Clone, Default, Deserialize)]
pub struct Secrets {
    /// What salts are derived from, in hexadecimal digits.
    #[serde(default)]
    seed: Option<String>,
    /// Passwords at the broker, by fleet and account.
    #[serde(default)]
    pub credentials: BTreeMap<String, BTreeMap<String, String>>,
    /// Of users whose account is not simply their name: which it is.
    #[serde(default)]
    pub accounts: BTreeMap<String, BTreeMap<String, Standing>>,
    /// A name that is there but was not filled in yet is null.
    #[serde(flatten)]
    pub named: BTreeMap<String, Option<String>>,
}

/// How a user stands with the broker. Its first account has its own name, the second `<user>.2`, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    /// Which of its accounts is the newest.
    pub epoch: u32,
    /// An older one that is still valid, until the node has published with the newest.
    #[serde(default)]
    pub old: Option<u32>,
    /// None of its accounts is valid.
    #[serde(default)]
    pub revoked: bool,
}

impl Default for Standing {
    fn default() -> Self {
        Self { epoch: 1, old: None, revoked: false }
    }
}

impl Standing {
    /// The accounts that are valid, the newest last.
    pub fn epochs(self) -> impl Iterator<Item = u32> {
        self.old.into_iter().chain([self.epoch]).filter(move |_| !self.revoked)
    }
}

/// The name of an account of a user.
pub fn account_name(user: &str, epoch: u32) -> String {
    if epoch <= 1 { user.to_owned() } else { format!("{user}.{epoch}") }
}

impl Secrets {
    /// The project's; empty where there is no such file.
    pub fn load() -> Result<Self> {
        Self::parse(&read(&path())?).context("fleets/secrets.yaml")
    }

    /// Reads the file. What is wrong with it is told without a word of its text.
    pub fn parse(text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let secrets: Self = serde_saphyr::from_str(text).map_err(|error| match error.location() {
            Some(location) => {
                anyhow::anyhow!("line {}, column {}: not what belongs here", location.line(), location.column())
            }
            None => anyhow::anyhow!("not what belongs here"),
        })?;
        for (fleet, users) in &secrets.accounts {
            for (user, standing) in users {
                let right = standing.epoch >= 1 && standing.old.is_none_or(|old| old >= 1 && old < standing.epoch);
                if !right {
                    bail!("accounts, {fleet}, {user}: `epoch` counts from 1, and `old` is less");
                }
            }
        }
        Ok(secrets)
    }

    /// What salts are derived from.
    ///
    /// # Errors
    ///
    /// There is none yet, or not one of hexadecimal digits.
    pub fn seed(&self) -> Result<Seed> {
        match &self.seed {
            Some(digits) => Seed::from_hex(digits).context("fleets/secrets.yaml"),
            None => {
                bail!("fleets/secrets.yaml has no `seed` yet; `cargo xtask secrets` with the fleet's name makes one")
            }
        }
    }

    /// What `!secret name` stands for, if somebody filled it in.
    pub fn named(&self, name: &str) -> Option<&str> {
        self.named.get(name)?.as_deref().filter(|value| !value.is_empty())
    }

    /// The password of an account of a fleet.
    pub fn password(&self, fleet: &str, account: &str) -> Option<&str> {
        self.credentials.get(fleet)?.get(account).map(String::as_str)
    }

    /// How a user of a fleet stands with the broker.
    pub fn standing(&self, fleet: &str, user: &str) -> Standing {
        self.accounts.get(fleet).and_then(|users| users.get(user)).copied().unwrap_or_default()
    }

    /// The names of a user's valid accounts, the newest last; of a revoked one there is none.
    pub fn accounts(&self, fleet: &str, user: &str) -> Vec<String> {
        self.standing(fleet, user).epochs().map(|epoch| account_name(user, epoch)).collect()
    }

    /// The account that a node is to be given: its name and its password. `None`: it is revoked, or nobody made a
    /// password yet.
    pub fn newest(&self, fleet: &str, user: &str) -> Option<(String, &str)> {
        let account = self.accounts(fleet, user).pop()?;
        let password = self.password(fleet, &account)?;
        Some((account, password))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_answered_without_its_secrets() {
        let message = Secrets::parse("wifi_password: hunter2\n  credentials: [hunter2").err();
        assert!(message.is_some_and(|error| !format!("{error:#}").contains("hunter2")));
        let message = Secrets::parse("seed: hunter2\n").expect("reads").seed().err();
        assert!(message.is_some_and(|error| !format!("{error:#}").contains("hunter2")));
    }

    #[test]
    fn what_is_not_filled_in_is_not_there() {
        let text = "wifi_ssid: attic\nwifi_password:\ncredentials: { room: { esp: abc } }\n";
        let secrets = Secrets::parse(text).expect("reads");
        assert_eq!((secrets.named("wifi_ssid"), secrets.named("wifi_password")), (Some("attic"), None));
        assert_eq!((secrets.password("room", "esp"), secrets.password("room", "other")), (Some("abc"), None));
    }

    #[test]
    fn accounts_are_those_that_are_valid_and_the_newest_is_the_nodes() {
        let text = "credentials: { room: { a: one, b: old, b.3: new, c: gone } }\n\
                    accounts: { room: { b: { epoch: 3, old: 1 }, c: { epoch: 1, revoked: true } } }\n";
        let secrets = Secrets::parse(text).expect("reads");
        assert_eq!(secrets.accounts("room", "a"), ["a"]);
        assert_eq!(secrets.accounts("room", "b"), ["b", "b.3"]);
        assert_eq!(secrets.newest("room", "b"), Some(("b.3".into(), "new")));
        assert_eq!(secrets.accounts("room", "c"), [""; 0]);
        assert_eq!(secrets.newest("room", "c"), None);
        for wrong in ["{ epoch: 0 }", "{ epoch: 2, old: 2 }", "{ epoch: 2, odl: 1 }", "{ epoch: -1 }", "5"] {
            assert!(Secrets::parse(&format!("accounts: {{ room: {{ a: {wrong} }} }}\n")).is_err(), "{wrong}");
        }
    }
}
