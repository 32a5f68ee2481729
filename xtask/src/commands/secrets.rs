//! `secrets`: makes the passwords that are missing, and the broker's password file from them. Never overwrites one.

use crate::broker::secret;
use crate::cli::Outcome;
use crate::fleets;
use crate::passwords::{Passwords, fresh};
use crate::secrets::{Secrets, read};
use anyhow::{Context, Result, bail};
use fleetwright_generator::fleet::{Engine, Fleet, Security, Setting};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Makes what is missing for a fleet.
pub fn run(word: &str) -> Result<Outcome> {
    let path = fleets::find_one(word)?;
    let out = fleets::root().join("generated");
    let source = match fleets::read(&path)? {
        Ok(source) => source,
        Err(_) => bail!("{} has errors; `cargo xtask check` shows them", path.display()),
    };
    let Ok((fleet, _)) = fleetwright_generator::check(&source) else {
        bail!("{} has errors; `cargo xtask check` shows them", source.path);
    };
    let Some(output) = fleets::generate(&path, &out, None)? else { return Ok(Outcome::Findings) };
    let users = output.plans.iter().flat_map(|plan| plan.users.iter().map(|user| user.name.clone()));
    let folder = crate::secrets::folder();
    make(&folder, &fleet, &users.collect()).map(|()| Outcome::Fine)
}

fn make(folder: &Path, fleet: &Fleet, users: &BTreeSet<String>) -> Result<()> {
    let path = folder.join("secrets.yaml");
    let text = read(&path)?;
    let file = Secrets::parse(&text).context("fleets/secrets.yaml")?;
    let mut known = file.credentials;
    let of_fleet = known.entry(fleet.name.clone()).or_default();
    let missing: Vec<&String> = users.iter().filter(|user| !of_fleet.contains_key(*user)).collect();
    for user in &missing {
        of_fleet.insert((*user).clone(), fresh()?);
    }
    let mut to_fill: Vec<&str> = Vec::new();
    for setting in fleet.wifi.iter().flat_map(|wifi| [&wifi.ssid, &wifi.password]) {
        if let Setting::Secret(name) = setting
            && file.named.get(name).is_none_or(|value| value.as_ref().is_none_or(String::is_empty))
        {
            to_fill.push(name);
        }
    }
    let changed = with(&text, &known, &to_fill, &file.named);
    if changed != text {
        Secrets::parse(&changed).context("what would be written to fleets/secrets.yaml")?;
        replace(&path, &changed)?;
    }
    let passwords = Passwords(
        known.remove(&fleet.name).unwrap_or_default().into_iter().filter(|(user, _)| users.contains(user)).collect(),
    );
    if fleet.broker.engine == Engine::Ejabberd {
        println!("{}: {} users, {} new passwords in fleets/secrets.yaml", fleet.name, users.len(), missing.len());
        println!("`cargo xtask accounts {}` brings them to the brokers", fleet.name);
        to_fill.iter().for_each(|name| println!("yours to fill in: `{name}` in fleets/secrets.yaml"));
        return Ok(());
    }
    let (kind, name, current) = match fleet.broker.security {
        Security::Tls => {
            let name = format!("{}.psk", fleet.name);
            let keys = passwords.keys().context("fleets/secrets.yaml")?;
            let current = read(&folder.join(&name))? == keys;
            if !current {
                replace(&folder.join(&name), &keys)?;
            }
            ("keys", name, current)
        }
        Security::Open | Security::Password => {
            let name = format!("{}.passwd", fleet.name);
            let hashes = folder.join(&name);
            let current = std::fs::read_to_string(&hashes).is_ok_and(|text| passwords.match_file(&text));
            if !current {
                replace(&hashes, &passwords.file()?)?;
            }
            ("passwords", name, current)
        }
    };
    println!("{}: {} users, {} new {kind} in fleets/secrets.yaml", fleet.name, users.len(), missing.len());
    println!("fleets/{name} {}, for the broker", if current { "is current" } else { "is written" });
    for name in to_fill {
        println!("yours to fill in: `{name}` in fleets/secrets.yaml");
    }
    Ok(())
}

/// The text with the credentials block written anew and a line for each name to fill in; everything else as it was.
fn with(
    text: &str,
    credentials: &BTreeMap<String, BTreeMap<String, String>>,
    to_fill: &[&str],
    named: &BTreeMap<String, Option<String>>,
) -> String {
    let mut kept = String::new();
    let mut inside = false;
    for line in text.lines() {
        inside =
            if inside { line.starts_with([' ', '\t']) || line.is_empty() } else { line.starts_with("credentials:") };
        if !inside {
            kept += line;
            kept.push('\n');
        }
    }
    if kept.is_empty() {
        kept += "# Secrets of all fleets. Git ignores this file; keep it to yourself.\n";
    }
    for name in to_fill.iter().filter(|name| !named.contains_key(**name)) {
        // Writing to a String can't fail.
        let _ = writeln!(kept, "{name}:        # yours to fill in");
    }
    kept += "credentials:\n";
    for (fleet, users) in credentials {
        let _ = writeln!(kept, "  {fleet}:");
        for (user, password) in users {
            let _ = writeln!(kept, "    {user}: {password:?}");
        }
    }
    kept
}

/// Writes a secret file beside its place and moves it there.
fn replace(path: &Path, text: &str) -> Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = Path::new(&draft);
    secret(draft, text)?;
    std::fs::rename(draft, path).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn fleet() -> (Fleet, BTreeSet<String>) {
        let text = include_str!("../../../fleets/listener.yaml");
        let source = fleetwright_generator::source::Source::new("listener.yaml", text);
        let (fleet, _) = fleetwright_generator::check(&source).expect("an example");
        (fleet, ["esp-listener".to_owned(), "speaker".to_owned()].into())
    }

    #[test]
    fn passwords_are_made_once_and_read_by_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (fleet, users) = fleet();
        make(folder.path(), &fleet, &users).expect("made");
        let path = folder.path().join("secrets.yaml");
        let first = std::fs::read_to_string(&path).expect("there");
        let hashes = std::fs::read_to_string(folder.path().join("listener.passwd")).expect("there");
        make(folder.path(), &fleet, &users).expect("looked");
        assert_eq!(std::fs::read_to_string(&path).expect("there"), first);
        assert_eq!(std::fs::read_to_string(folder.path().join("listener.passwd")).expect("there"), hashes);
        for name in ["secrets.yaml", "listener.passwd"] {
            let mode = std::fs::metadata(folder.path().join(name)).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn what_a_person_wrote_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let (fleet, users) = fleet();
        let path = folder.path().join("secrets.yaml");
        secret(&path, "# mine\nwifi_ssid: \"attic\"\ncredentials:\n  listener:\n    speaker: \"abc\"\n")
            .expect("written");
        make(folder.path(), &fleet, &users).expect("made");
        let text = std::fs::read_to_string(&path).expect("there");
        assert!(text.starts_with("# mine\nwifi_ssid: \"attic\"\n"), "{text}");
        assert!(text.contains("speaker: \"abc\"") && text.contains("esp-listener: \""));
        assert!(text.contains("wifi_password:        # yours to fill in"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (fleet, users) = fleet();
        let path = folder.path().join("secrets.yaml");
        std::fs::write(&path, "wifi_ssid: a\n").expect("written");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("changed");
        let message = make(folder.path(), &fleet, &users).unwrap_err().to_string();
        assert!(message.contains("chmod 600"), "{message}");
    }
}
