//! `fleets/secrets.yaml`: what only its owner may read.

use crate::fleets::root;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// `name: value` for what `!secret` names, and `credentials:` by fleet and user. Never printed: it has no `Debug`.
#[derive(Default, Deserialize)]
pub struct Secrets {
    /// Passwords at the broker, by fleet and user.
    #[serde(default)]
    pub credentials: BTreeMap<String, BTreeMap<String, String>>,
    /// A name that is there but was not filled in yet is null.
    #[serde(flatten)]
    pub named: BTreeMap<String, Option<String>>,
}

impl Secrets {
    /// The project's; empty where there is no such file.
    pub fn load() -> Result<Self> {
        let path = folder().join("secrets.yaml");
        Self::parse(&read(&path)?).context("fleets/secrets.yaml")
    }

    /// Reads the file. What is wrong with it is told without a word of its text.
    pub fn parse(text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_saphyr::from_str(text).map_err(|error| match error.location() {
            Some(place) => anyhow::anyhow!("line {}, column {}: not what belongs here", place.line(), place.column()),
            None => anyhow::anyhow!("not what belongs here"),
        })
    }

    /// What `!secret name` stands for, if somebody filled it in.
    pub fn named(&self, name: &str) -> Option<&str> {
        self.named.get(name)?.as_deref().filter(|value| !value.is_empty())
    }

    /// The password of a user of a fleet.
    pub fn password(&self, fleet: &str, user: &str) -> Option<&str> {
        self.credentials.get(fleet)?.get(user).map(String::as_str)
    }
}

/// The folder of the secrets: `fleets/`, or the one that the environment names in `FLEETWRIGHT_SECRETS`, such as a mounted
/// volume.
pub fn folder() -> PathBuf {
    std::env::var_os("FLEETWRIGHT_SECRETS").map_or_else(|| root().join("fleets"), PathBuf::from)
}

/// The file's text, empty where there is none; refused where others may read it.
pub fn read(path: &Path) -> Result<String> {
    let Ok(data) = std::fs::metadata(path) else { return Ok(String::new()) };
    if data.permissions().mode() & 0o077 != 0 {
        bail!("{} can be read by others; run `chmod 600 {}`", path.display(), path.display());
    }
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_answered_without_its_secrets() {
        let message = Secrets::parse("wifi_password: hunter2\n  credentials: [hunter2").err();
        assert!(message.is_some_and(|error| !format!("{error:#}").contains("hunter2")));
    }

    #[test]
    fn what_is_not_filled_in_is_not_there() {
        let text = "wifi_ssid: attic\nwifi_password:\ncredentials: { room: { esp: abc } }\n";
        let secrets = Secrets::parse(text).expect("reads");
        assert_eq!((secrets.named("wifi_ssid"), secrets.named("wifi_password")), (Some("attic"), None));
        assert_eq!((secrets.password("room", "esp"), secrets.password("room", "other")), (Some("abc"), None));
    }
}
