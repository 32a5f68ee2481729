//! The secrets of a fleet that are missing, and the files that its broker and its people read them from. Overwrites no
//! secret that is there.

use anyhow::{Context, Result};
use broker::tls::certificate::Certificates;
use credentials::passwords::{Passwords, Salts, file_name};
use credentials::secrets::file::{SecretsFile, replace};
use credentials::secrets::{BROKER, SENTINEL, Secrets, read};
use fleetwright_generator::model::{Engine, Fleet, Security, Setting, WifiFault, ssid_fault, wifi_password_fault};
use std::collections::BTreeSet;
use std::path::Path;

/// What was made; files by their names in fleets/.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provision {
    /// How many passwords or keys are new.
    pub made: usize,
    /// Users that are revoked, and have none.
    pub revoked: Vec<String>,
    /// The file in which a Mosquitto looks up its users, and whether it had to be written.
    pub users: Option<(String, bool)>,
    /// The certificate by which clients of people know the broker.
    pub authority: Option<String>,
    /// The certificate of a cluster's brokers, and its key.
    pub bundle: Option<String>,
    /// Names of secrets that their owner has to fill in.
    pub to_fill: Vec<String>,
    /// Secrets of the Wi-Fi network that no node could use: which, why, and what to write; never what they are.
    pub wrong: Vec<String>,
}

/// Makes the secrets of a fleet that are missing in `secrets.yaml` of this folder, and the files beside it.
///
/// # Errors
///
/// Others may read the secrets, or a file can't be written.
pub fn provision(folder: &Path, fleet: &Fleet, users: &BTreeSet<String>) -> Result<Provision> {
    let name = &fleet.name;
    let mut secrets_file = SecretsFile::open(&folder.join("secrets.yaml"))?;
    let accounts: Vec<String> = users.iter().flat_map(|user| secrets_file.secrets.accounts(name, user)).collect();
    let mut provision = Provision {
        to_fill: to_fill(fleet, &secrets_file),
        wrong: wrong(fleet, &secrets_file.secrets),
        ..Provision::default()
    };
    let seed = secrets_file.seed()?;
    for account in &accounts {
        provision.made += usize::from(secrets_file.make(name, account)?);
    }
    if fleet.broker.security != Security::Open && fleet.broker.engine == Engine::Mosquitto {
        secrets_file.make(name, SENTINEL)?;
    }
    let has_certificate = fleet.broker.security == Security::TlsPinned || fleet.broker.certificate_port.is_some();
    if has_certificate {
        secrets_file.make(name, BROKER)?;
    }
    secrets_file.save(&provision.to_fill.iter().map(String::as_str).collect::<Vec<_>>())?;
    let revoked = users.iter().filter(|user| secrets_file.secrets.standing(name, user).revoked);
    provision.revoked = revoked.cloned().collect();
    if fleet.broker.engine == Engine::Mosquitto
        && let Some(file) = file_name(fleet.broker.security)
    {
        let known =
            |account: &String| Some((account.clone(), secrets_file.secrets.password(name, account)?.to_owned()));
        let passwords = Passwords(accounts.iter().filter_map(known).collect());
        let text = passwords.file(fleet.broker.security, Salts::Of(&seed, name)).context("fleets/secrets.yaml")?;
        let file = format!("{name}.{file}");
        let is_written = read(&folder.join(&file))? != text;
        if is_written {
            replace(&folder.join(&file), &text)?;
        }
        provision.users = Some((file, is_written));
    }
    if let (true, Some(secret)) = (has_certificate, secrets_file.secrets.password(name, BROKER)) {
        certificates(folder, fleet, secret, &mut provision)?;
    }
    Ok(provision)
}

/// The secrets that a fleet's Wi-Fi network names, each with what judges its value.
fn wifi_secrets(fleet: &Fleet) -> impl Iterator<Item = (&str, fn(&str) -> Option<WifiFault>)> {
    type Judge = fn(&str) -> Option<WifiFault>;
    let networks = fleet.wifi.iter().flat_map(|wifi| &wifi.networks);
    let settings = networks
        .flat_map(|network| [(&network.ssid, ssid_fault as Judge), (&network.password, wifi_password_fault as Judge)]);
    settings.filter_map(|(setting, judge)| match setting {
        Setting::Secret(name) => Some((name.as_str(), judge)),
        Setting::Plain(_) => None,
    })
}

/// The names that a fleet file refers to and nobody has given a value.
fn to_fill(fleet: &Fleet, secrets_file: &SecretsFile) -> Vec<String> {
    let names = wifi_secrets(fleet).map(|(name, _)| name);
    names.filter(|name| secrets_file.secrets.named(name).is_none()).map(str::to_owned).collect()
}

/// The secrets that somebody gave a value which no node could use.
fn wrong(fleet: &Fleet, secrets: &Secrets) -> Vec<String> {
    let fault = |(name, judge): (&str, fn(&str) -> Option<WifiFault>)| {
        Some(wrong_secret(name, secrets.named(name).and_then(judge)?))
    };
    wifi_secrets(fleet).filter_map(fault).collect()
}

/// What is wrong with a secret, without its value.
pub(crate) fn wrong_secret(name: &str, fault: WifiFault) -> String {
    format!("`{name}` in fleets/secrets.yaml: {fault}; {}", fault.help())
}

fn certificates(folder: &Path, fleet: &Fleet, secret: &str, provision: &mut Provision) -> Result<()> {
    let name = &fleet.name;
    let made = Certificates::new(secret, name, &fleet.broker.hosts).context("fleets/secrets.yaml")?;
    let file = format!("{name}.crt");
    std::fs::write(folder.join(&file), &made.authority).with_context(|| format!("writing fleets/{file}"))?;
    provision.authority = Some(file);
    if fleet.broker.engine == Engine::Ejabberd {
        let file = format!("{name}.pem");
        replace(&folder.join(&file), &made.bundle())?;
        provision.bundle = Some(file);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use project::private;
    use std::os::unix::fs::PermissionsExt;

    fn fleet() -> (Fleet, BTreeSet<String>) {
        let text = include_str!("../../../fleets/listener.yaml");
        let source = fleetwright_generator::text::Source::new("listener.yaml", text);
        let (fleet, _) = fleetwright_generator::check(&source).expect("an example");
        (fleet, ["esp-listener".to_owned(), "speaker".to_owned()].into())
    }

    #[test]
    fn passwords_are_made_once_and_read_by_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (fleet, users) = fleet();
        provision(folder.path(), &fleet, &users).expect("made");
        let path = folder.path().join("secrets.yaml");
        let first = std::fs::read_to_string(&path).expect("there");
        let hashes = std::fs::read_to_string(folder.path().join("listener.passwd")).expect("there");
        provision(folder.path(), &fleet, &users).expect("looked");
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
        private::write(&path, "# mine\nwifi_ssid: \"attic\"\ncredentials:\n  listener:\n    speaker: \"abc\"\n")
            .expect("written");
        provision(folder.path(), &fleet, &users).expect("made");
        let text = std::fs::read_to_string(&path).expect("there");
        assert!(text.starts_with("# mine\nwifi_ssid: \"attic\"\n"), "{text}");
        assert!(text.contains("speaker: \"abc\"") && text.contains("esp-listener: \""));
        assert!(text.contains("wifi_password:        # yours to fill in"));
    }

    #[test]
    fn wifi_secrets_that_no_node_could_use_are_told_without_their_values() {
        let folder = tempfile::tempdir().expect("a folder");
        let (fleet, users) = fleet();
        let name = "a network with a name that is too long";
        private::write(&folder.path().join("secrets.yaml"), &format!("wifi_ssid: {name}\nwifi_password: hunter2\n"))
            .expect("written");
        let wrong = provision(folder.path(), &fleet, &users).expect("made").wrong;
        assert!(wrong[0].starts_with("`wifi_ssid` in fleets/secrets.yaml: the name of the Wi-Fi network is longer"));
        assert!(wrong[1].starts_with("`wifi_password` in fleets/secrets.yaml: the Wi-Fi password is shorter"));
        assert!(wrong.len() == 2 && !wrong.concat().contains("hunter2") && !wrong.concat().contains(name), "{wrong:?}");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (fleet, users) = fleet();
        let path = folder.path().join("secrets.yaml");
        std::fs::write(&path, "wifi_ssid: a\n").expect("written");
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).expect("changed");
        let message = provision(folder.path(), &fleet, &users).unwrap_err().to_string();
        assert!(message.contains("chmod 600"), "{message}");
    }
}
