//! Changes of `fleets/secrets.yaml`: what a person wrote stays as it is, and what is ours is written anew.

pub use super::disk::replace;

use super::{Secrets, Standing, disk::read};
use crate::passwords::fresh;
use crate::seed::Seed;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What the first lines of blocks of ours begin with.
const BLOCKS: [&str; 2] = ["credentials:", "accounts:"];

/// The file, open for changes; nobody else changes it meanwhile.
pub struct SecretsFile {
    _lock: File,
    path: PathBuf,
    text: String,
    /// What is to be in it.
    pub secrets: Secrets,
}

impl SecretsFile {
    /// Reads the file; there may be none yet.
    pub fn open(path: &Path) -> Result<Self> {
        let folder = path.parent().with_context(|| format!("{} is in no folder", path.display()))?;
        let lock = File::open(folder).with_context(|| format!("opening {}", folder.display()))?;
        lock.lock().context("waiting for another command that changes fleets/secrets.yaml")?;
        let text = read(path)?;
        let secrets = Secrets::parse(&text).context("fleets/secrets.yaml")?;
        Ok(Self { _lock: lock, path: path.to_owned(), text, secrets })
    }

    /// The seed, made if there is none yet.
    pub fn seed(&mut self) -> Result<Seed> {
        if self.secrets.seed.is_none() {
            self.secrets.seed = Some(Seed::fresh()?.to_hex());
        }
        self.secrets.seed()
    }

    /// Makes the password of an account if there is none yet; whether it did.
    pub fn make(&mut self, fleet: &str, account: &str) -> Result<bool> {
        let accounts = self.secrets.credentials.entry(fleet.to_owned()).or_default();
        if accounts.contains_key(account) {
            return Ok(false);
        }
        accounts.insert(account.to_owned(), fresh()?);
        Ok(true)
    }

    /// Forgets the password of an account.
    pub fn forget(&mut self, fleet: &str, account: &str) {
        if let Some(accounts) = self.secrets.credentials.get_mut(fleet) {
            accounts.remove(account);
        }
    }

    /// Records how a user stands.
    pub fn stand(&mut self, fleet: &str, user: &str, standing: Standing) {
        self.secrets.accounts.entry(fleet.to_owned()).or_default().insert(user.to_owned(), standing);
    }

    /// Writes the file if something is to be changed, with a line for each name that a person has to fill in.
    pub fn save(&mut self, to_fill: &[&str]) -> Result<()> {
        let changed = self.with(to_fill)?;
        if changed != self.text {
            Secrets::parse(&changed).context("what would be written to fleets/secrets.yaml")?;
            replace(&self.path, &changed)?;
            self.text = changed;
        }
        Ok(())
    }

    /// The text with our blocks written anew; everything else as it was.
    fn with(&self, to_fill: &[&str]) -> Result<String> {
        let mut kept = String::new();
        let mut inside = false;
        for line in self.text.lines() {
            let deeper = line.starts_with([' ', '\t']) || line.is_empty();
            inside = inside && deeper || BLOCKS.iter().any(|block| line.starts_with(block));
            if !inside {
                kept += line;
                kept.push('\n');
            }
        }
        if kept.is_empty() {
            kept += "# Secrets of all fleets. Git ignores this file; keep it to yourself.\n";
        }
        for name in to_fill.iter().filter(|name| !self.secrets.named.contains_key(**name)) {
            writeln!(kept, "{name}:        # yours to fill in")?;
        }
        let has_seed = Secrets::parse(&kept).is_ok_and(|secrets| secrets.seed.is_some());
        if let Some(seed) = self.secrets.seed.as_ref().filter(|_| !has_seed) {
            writeln!(
                kept,
                "# Salts are made of it: with another one every line of the broker's password file changes."
            )?;
            writeln!(kept, "seed: \"{seed}\"")?;
        }
        if self.secrets.credentials.values().any(|accounts| !accounts.is_empty()) {
            kept += "credentials:\n";
        }
        for (fleet, accounts) in self.secrets.credentials.iter().filter(|(_, accounts)| !accounts.is_empty()) {
            writeln!(kept, "  {fleet}:")?;
            for (account, password) in accounts {
                // A text of JSON is one of YAML.
                writeln!(kept, "    {account}: {}", serde_json::to_string(password)?)?;
            }
        }
        if self.secrets.accounts.values().any(|users| !users.is_empty()) {
            kept += "accounts:\n";
        }
        for (fleet, users) in self.secrets.accounts.iter().filter(|(_, users)| !users.is_empty()) {
            writeln!(kept, "  {fleet}:")?;
            for (user, Standing { epoch, old, revoked }) in users {
                let old = old.map_or(String::new(), |old| format!(", old: {old}"));
                let revoked = if *revoked { ", revoked: true" } else { "" };
                writeln!(kept, "    {user}: {{ epoch: {epoch}{old}{revoked} }}")?;
            }
        }
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_change_the_file_do_so_one_after_the_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secrets.yaml");
        std::thread::scope(|scope| {
            for account in ["a", "b", "c", "d", "e", "f"] {
                let path = &path;
                scope.spawn(move || {
                    let mut secrets_file = SecretsFile::open(path).expect("its turn");
                    secrets_file.make("room", account).expect("made");
                    secrets_file.save(&[]).expect("written");
                });
            }
        });
        assert_eq!(SecretsFile::open(&path).expect("reads").secrets.credentials["room"].len(), 6, "none is lost");
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secrets.yaml");
        let mut secrets_file = SecretsFile::open(&path).expect("none yet");
        let seed = secrets_file.seed().expect("made").to_hex();
        assert!(
            secrets_file.make("room", "esp.2").expect("made") && !secrets_file.make("room", "esp.2").expect("there")
        );
        let standing = Standing { epoch: 2, old: Some(1), revoked: false };
        secrets_file.stand("room", "esp", standing);
        secrets_file.save(&["wifi_ssid"]).expect("written");
        drop(secrets_file);
        let text = std::fs::read_to_string(&path).expect("there");
        let mut again = SecretsFile::open(&path).expect("reads");
        assert_eq!(again.secrets.standing("room", "esp"), standing);
        assert_eq!(again.seed().expect("there").to_hex(), seed);
        again.save(&["wifi_ssid"]).expect("nothing to do");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), text);
        again.forget("room", "esp.2");
        again.stand("room", "esp", Standing { epoch: 2, old: None, revoked: true });
        again.save(&[]).expect("written");
        let text = std::fs::read_to_string(&path).expect("there");
        assert!(text.contains("    esp: { epoch: 2, revoked: true }\n") && !text.contains("esp.2"), "{text}");
        assert_eq!(text.matches("seed:").count(), 1);
    }
}
