//! Which Mosquitto is here, and what its release wants.

use anyhow::{Context, Result, bail};
use project::command;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The command that installs brokers.
pub const REMEDY: &str = "cargo xtask setup";

/// Releases whose configurations differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// Mosquitto 2.0: files are named by options.
    V20,
    /// Mosquitto 2.1: the options are deprecated, plugins read the files.
    V21,
}

/// The version that is installed, as it reports itself, and its release.
pub fn found() -> Result<(String, Release)> {
    let program = command::which("mosquitto").with_context(|| format!("Mosquitto is not installed: {REMEDY}"))?;
    // It has no option for that alone; its help begins with it, and ends with an exit code of its own.
    let output = command::output_silently(Command::new(program).arg("-h"))?;
    let help_text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    release(&help_text).with_context(|| format!("`mosquitto -h` does not print its version, but:\n{help_text}"))
}

fn release(help_text: &str) -> Option<(String, Release)> {
    let version = help_text.lines().find_map(|line| line.strip_prefix("mosquitto version "))?.trim();
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().ok());
    let newer = (numbers.next()??, numbers.next()??) >= (2, 1);
    Some((version.to_owned(), if newer { Release::V21 } else { Release::V20 }))
}

/// A version that has TLS 1.3 with keys: 2.0.12 switched it off (its ChangeLog: "Disable TLS v1.3 when using TLS-PSK,
/// because it isn't correctly configured"), and in 2.1.2 it still is.
///
/// # Errors
///
/// What to write instead.
pub fn check_keys(version: &str) -> Result<()> {
    if !speaks_tls_with_keys(version) {
        bail!(
            "`security: tls` is TLS 1.3 with a key for each user, which Mosquitto has switched off since 2.0.12; here is \
             {version}. Debian 12 has 2.0.11; with another one write `security: tls-pinned`"
        );
    }
    Ok(())
}

fn speaks_tls_with_keys(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(u32::MAX));
    let number = [(); 3].map(|()| numbers.next().unwrap_or(0));
    number <= [2, 0, 11]
}

/// The folder of Mosquitto 2.1's plugins for rules and passwords: below the folder that the broker is installed in.
///
/// # Errors
///
/// They are in no usual place.
pub fn plugins() -> Result<PathBuf> {
    let program = command::which("mosquitto").with_context(|| format!("Mosquitto is not installed: {REMEDY}"))?;
    let prefix = command::prefix(&program);
    let mut folders: Vec<PathBuf> = ["lib", "lib64"].map(|name| prefix.join(name)).into();
    // Debian has a folder for each kind of machine; where there is none, there are the others.
    let mut machines: Vec<PathBuf> = std::fs::read_dir(prefix.join("lib"))
        .map_or(Vec::new(), |entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect());
    machines.sort();
    folders.extend(machines);
    let whole = |folder: &PathBuf| has_plugins(folder);
    match folders.into_iter().flat_map(|folder| [folder.join("mosquitto"), folder]).find(whole) {
        Some(folder) => Ok(folder),
        None => bail!(
            "mosquitto_acl_file.so and mosquitto_password_file.so are in no usual place below {}; the form of 2.0 is \
             understood until Mosquitto 3.0: add `--mosquitto 2.0`",
            prefix.display()
        ),
    }
}

fn has_plugins(folder: &Path) -> bool {
    ["mosquitto_acl_file.so", "mosquitto_password_file.so"].iter().all(|name| folder.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_brokers_say_them() {
        let read = |version: &str| release(&format!("mosquitto version {version}\n\nmosquitto is an MQTT broker.\n"));
        assert_eq!(read("2.0.11"), Some(("2.0.11".into(), Release::V20)));
        assert_eq!(read("2.1.2"), Some(("2.1.2".into(), Release::V21)));
        assert_eq!(read("3.0.0").map(|(_, release)| release), Some(Release::V21));
        assert!(speaks_tls_with_keys("2.0.11") && speaks_tls_with_keys("1.6.9"));
        assert!(!["2.0.12", "2.0.21", "2.1.2", "3", "2.x"].iter().any(|version| speaks_tls_with_keys(version)));
        assert_eq!(release("mosquitto version two"), None);
        assert_eq!(release("command not found"), None);
    }
}
