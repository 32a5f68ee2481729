//! The files that a broker works by, made of a plan and of secrets.

use super::sentinel::Login;
use anyhow::{Context, Result, bail};
use broker::acl::Acl;
use broker::tls::certificate::{CERTIFICATE, Certificates, KEY};
use broker::tls::{Endpoint, Tls};
use credentials::hex;
use credentials::passwords::{PASSWORDS, Passwords, Salts, file_name};
use credentials::secrets::{BROKER, SENTINEL, Secrets};
use credentials::seed::hmac;
use fleetwright_generator::emit::broker::{Site, acl, configuration};
use fleetwright_generator::model::Security;
use fleetwright_generator::plan::{Plan, UserPlan};
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

/// The name of the configuration.
pub const CONFIGURATION: &str = "mosquitto.conf";

/// An account for a moment, with rights of its own.
pub struct TemporaryAccount {
    /// The user name of the account.
    pub name: String,
    /// Topics that it may read.
    pub read: Vec<String>,
    /// Topics that it may write.
    pub write: Vec<String>,
}

/// What is different for a moment.
#[derive(Default)]
pub struct Changes {
    /// Accounts beside those of the fleet, with rights of their own.
    pub temporary: Vec<TemporaryAccount>,
    /// Accounts that may not write one of their topics: (account, topic).
    pub muted: Vec<(String, String)>,
}

/// Where a broker is to work.
pub struct Installation<'a> {
    /// The folder of its files, as [`crate::folder`] gives it.
    pub folder: &'a Path,
    /// The one address that it listens on; `None`: all.
    pub address: Option<IpAddr>,
    /// The folder of Mosquitto 2.1's plugins, for its form of the configuration.
    pub plugins: Option<&'a str>,
}

/// The files of a broker. Never printed: it has no `Debug`.
#[derive(Clone)]
pub struct Files {
    /// `mosquitto.conf`.
    pub configuration: String,
    /// `acl`.
    pub acl: String,
    /// Name and text of the file in which users are looked up.
    pub credentials: (&'static str, String),
    /// Names and texts of what else there is: the broker's certificate and its key, and passwords beside keys.
    pub others: Vec<(&'static str, String)>,
    /// Where a broker on these files listens.
    pub endpoint: Endpoint,
    /// The account that asks whether the broker refuses.
    pub sentinel: Login,
    /// The folder that they are for.
    pub folder: PathBuf,
    /// What the sentinel's password is made of.
    key: String,
}

impl Files {
    /// Makes them: every user under each of its accounts that are valid.
    ///
    /// # Errors
    ///
    /// Security is open, or passwords are missing.
    pub fn make(plan: &Plan, secrets: &Secrets, destination: &Installation<'_>, changes: &Changes) -> Result<Self> {
        let fleet = &plan.fleet;
        let Some(name) = file_name(plan.security) else {
            bail!(
                "security is open: there is nothing to keep safe, and nothing that `apply` could prove; copy the file by hand"
            );
        };
        let seed = secrets.seed()?;
        let salts = Salts::Of(&seed, fleet);
        let key = password(secrets, fleet, SENTINEL)?;
        let (users, passwords) = accounts(plan, secrets, changes, &key)?;
        let plan = Plan { users, ..plan.clone() };
        let folder = destination.folder.to_str().context("a folder with a name of other characters")?;
        let address = destination.address.map(|address| address.to_string());
        let site = Site { folder, address: address.as_deref(), plugins: destination.plugins };
        let (configuration, acl) = (configuration(&plan, &site), acl(&plan));
        let differences = Acl::read("acl", &acl).differences(&plan.users);
        if !differences.is_empty() {
            bail!("the rules are not those of the plan:\n    {}", differences.join("\n    "));
        }
        let others = passwords.file(plan.security, salts).context("fleets/secrets.yaml")?;
        let sentinel = sentinel(&key, &configuration, &acl, &others);
        let own = Passwords([(sentinel.user.clone(), sentinel.password.clone())].into());
        let credentials = (name, others + &own.file(plan.security, salts)?);
        let mut more = Vec::new();
        let mut tls = if plan.security == Security::Tls { Tls::Keyed } else { Tls::Off };
        if plan.has_certificate() {
            let made = Certificates::new(&password(secrets, fleet, BROKER)?, fleet, &plan.broker_hosts)?;
            if plan.security == Security::TlsPinned {
                tls = Tls::Pinned(made.pair.public());
            }
            more.extend([(CERTIFICATE, made.certificate), (KEY, made.key)]);
        }
        if plan.certificate_port.is_some() {
            more.push((PASSWORDS, of_clients(&plan, secrets, &passwords).hashes(salts)?));
        }
        let host =
            destination.address.filter(|address| !address.is_unspecified()).unwrap_or(Ipv4Addr::LOCALHOST.into());
        let endpoint = Endpoint { host, port: plan.broker_port, tls };
        let folder = destination.folder.to_owned();
        Ok(Self { configuration, acl, credentials, others: more, endpoint, sentinel, folder, key })
    }

    /// The sentinel of other files that were made with the same secrets.
    pub(super) fn sentinel_of(&self, configuration: &str, acl: &str, credentials: &str) -> Login {
        let own = format!("{SENTINEL}:");
        let others: String = credentials.split_inclusive('\n').filter(|line| !line.starts_with(&own)).collect();
        sentinel(&self.key, configuration, acl, &others)
    }

    /// Name and password of a temporary account.
    pub fn temporary_login(&self, name: &str) -> Login {
        temporary_login(&self.key, name)
    }
}

/// The password of an account, which must have one.
fn password(secrets: &Secrets, fleet: &str, account: &str) -> Result<String> {
    let found = secrets.password(fleet, account).map(str::to_owned);
    found.with_context(|| format!("`{account}` has no password yet; run `cargo xtask secrets {fleet}`"))
}

/// Every valid account of every user with its rights and its password, and those that are there for a moment.
fn accounts(plan: &Plan, secrets: &Secrets, changes: &Changes, key: &str) -> Result<(Vec<UserPlan>, Passwords)> {
    let mut passwords = Passwords::default();
    let mut users = Vec::new();
    for user in &plan.users {
        for account in secrets.accounts(&plan.fleet, &user.name) {
            passwords.0.insert(account.clone(), password(secrets, &plan.fleet, &account)?);
            let mut own = UserPlan { name: account.clone(), ..user.clone() };
            own.write.retain(|topic| !changes.muted.iter().any(|(who, what)| *who == account && what == topic));
            users.push(own);
        }
    }
    for temporary in &changes.temporary {
        let login = temporary_login(key, &temporary.name);
        passwords.0.insert(login.user.clone(), login.password);
        users.push(UserPlan { name: login.user, read: temporary.read.clone(), write: temporary.write.clone() });
    }
    Ok((users, passwords))
}

/// The passwords of people's clients, which know no keys.
fn of_clients(plan: &Plan, secrets: &Secrets, passwords: &Passwords) -> Passwords {
    let is_client =
        |account: &String| plan.clients.iter().any(|client| secrets.accounts(&plan.fleet, client).contains(account));
    let own = passwords.0.iter().filter(|(account, _)| is_client(account));
    Passwords(own.map(|(account, password)| (account.clone(), password.clone())).collect())
}

/// The sentinel's password follows from all other bytes of the files.
fn sentinel(key: &str, configuration: &str, acl: &str, others: &str) -> Login {
    let password = hex::encode(&hmac(key.as_bytes(), &["sentinel", configuration, acl, others]));
    Login { user: SENTINEL.to_owned(), password }
}

fn temporary_login(key: &str, name: &str) -> Login {
    Login { user: name.to_owned(), password: hex::encode(&hmac(key.as_bytes(), &["visitor", name])) }
}
