//! `secrets`: makes the passwords that are missing, and the broker's password file from them. Never overwrites one.

use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use broker::tls::certificate::Certificates;
use credentials::passwords::{Passwords, Salts, file_name};
use credentials::secrets::keep::{Keeper, replace};
use credentials::secrets::{BROKER, SENTINEL, read};
use fleetwright_generator::fleet::{Engine, Fleet, Security, Setting};
use project::fleets;
use std::collections::BTreeSet;
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
    let folder = credentials::secrets::folder();
    make(&folder, &fleet, &users.collect()).map(|()| Outcome::Fine)
}

fn make(folder: &Path, fleet: &Fleet, users: &BTreeSet<String>) -> Result<()> {
    let mut keeper = Keeper::open(&folder.join("secrets.yaml"))?;
    let seed = keeper.seed()?;
    let name = &fleet.name;
    let accounts: Vec<String> = users.iter().flat_map(|user| keeper.secrets.accounts(name, user)).collect();
    let mut made = 0;
    for account in &accounts {
        made += usize::from(keeper.make(name, account)?);
    }
    if fleet.broker.security != Security::Open && fleet.broker.engine == Engine::Mosquitto {
        keeper.make(name, SENTINEL)?;
    }
    let has_certificate = fleet.broker.security == Security::TlsPinned || fleet.broker.certificate_port.is_some();
    if has_certificate {
        keeper.make(name, BROKER)?;
    }
    let mut to_fill: Vec<&str> = Vec::new();
    for setting in fleet.wifi.iter().flat_map(|wifi| [&wifi.ssid, &wifi.password]) {
        if let Setting::Secret(name) = setting
            && keeper.secrets.named(name).is_none()
        {
            to_fill.push(name);
        }
    }
    keeper.save(&to_fill)?;
    let kind = if fleet.broker.security == Security::Tls { "keys" } else { "passwords" };
    println!("{name}: {} users, {made} new {kind} in fleets/secrets.yaml", users.len());
    for user in users.iter().filter(|user| keeper.secrets.standing(name, user).revoked) {
        println!("`{user}` is revoked and has none; `cargo xtask rotate {name} {user}` lets it in again");
    }
    if fleet.broker.engine == Engine::Ejabberd {
        println!("`cargo xtask accounts {name}` brings them to the brokers");
    } else if let Some(file) = file_name(fleet.broker.security) {
        let known = |account: &String| Some((account.clone(), keeper.secrets.password(name, account)?.to_owned()));
        let passwords = Passwords(accounts.iter().filter_map(known).collect());
        let text = passwords.file(fleet.broker.security, Salts::Of(&seed, name)).context("fleets/secrets.yaml")?;
        let file = format!("{name}.{file}");
        let current = read(&folder.join(&file))? == text;
        if !current {
            replace(&folder.join(&file), &text)?;
        }
        println!("fleets/{file} {}, for the broker", if current { "is current" } else { "is written" });
    }
    if let (true, Some(secret)) = (has_certificate, keeper.secrets.password(name, BROKER)) {
        let made = Certificates::new(secret, name, &fleet.broker.hosts).context("fleets/secrets.yaml")?;
        let file = format!("{name}.crt");
        std::fs::write(folder.join(&file), &made.authority).with_context(|| format!("writing fleets/{file}"))?;
        println!("fleets/{file} is written: by it clients of people know the broker, as with `mosquitto_sub --cafile`");
        if fleet.broker.engine == Engine::Ejabberd {
            let file = format!("{name}.pem");
            replace(&folder.join(&file), &made.bundle())?;
            println!("fleets/{file} is written, for the brokers: their certificate and its key");
        }
    }
    for name in to_fill {
        println!("yours to fill in: `{name}` in fleets/secrets.yaml");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use broker::secret;
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
