//! A cluster of ejabberd: the accounts of a fleet, and the retained topics that each broker of it has to know.

use anyhow::{Context, Result, bail};
use broker::accounts::Accounts;
use broker::spread;
use broker::tls::{Endpoint, Tls, certificate};
use credentials::secrets::{BROKER, Secrets};
use fleetwright_generator::model::{Engine, Security};
use fleetwright_generator::plan::Plan;
use std::net::ToSocketAddrs;
use std::path::Path;

/// Makes the accounts of a layout, with the passwords of fleets/secrets.yaml, ends those that the fleet has no more, and
/// lets every broker know every retained topic. `socket` is the one of any of the brokers; `say` gets a line for each
/// step.
///
/// # Errors
///
/// The layout has no cluster, passwords are missing, or a broker can't be reached.
pub fn accounts(plan: &Plan, secrets: &Secrets, socket: &Path, progress: &mut dyn FnMut(&str)) -> Result<()> {
    let fleet = &plan.fleet;
    if plan.engine != Engine::Ejabberd {
        bail!(
            "`{fleet}` has Mosquitto as broker, whose accounts are in a file: `cargo xtask secrets {fleet}` makes it"
        );
    }
    let password = |user: &str| secrets.password(fleet, user).map(str::to_owned);
    let names = || plan.users.iter().map(|user| user.name.as_str());
    let missing: Vec<&str> = names().filter(|user| password(user).is_none()).collect();
    if !missing.is_empty() {
        bail!("no passwords yet for {}; run `cargo xtask secrets {fleet}`", missing.join(", "));
    }
    let accounts = Accounts::new(socket, fleet);
    for user in names() {
        accounts.set(user, secrets.password(fleet, user).context("a user without a password")?)?;
    }
    for user in accounts.users()?.iter().filter(|user| names().all(|known| known != **user)) {
        accounts.remove(user)?;
        progress(&format!("{user}@{fleet} has no account any more"));
    }
    progress(&format!("{fleet}: {} accounts", plan.users.len()));
    let tls = match (plan.security, secrets.password(fleet, BROKER)) {
        (Security::TlsPinned, Some(secret)) => Tls::Pinned(certificate::public(secret)?),
        (Security::TlsPinned, None) => bail!("no key of the brokers yet; run `cargo xtask secrets {fleet}`"),
        _ => Tls::Off,
    };
    let endpoints =
        plan.broker_hosts.iter().map(|host| endpoint(host, plan.broker_port, tls)).collect::<Result<Vec<_>>>()?;
    let count = spread(plan, &endpoints, &password)?;
    progress(&format!("{} brokers know all retained topics; {count} were new to one of them", endpoints.len()));
    Ok(())
}

fn endpoint(host: &str, port: u16, tls: Tls) -> Result<Endpoint> {
    let mut addresses = (host, port).to_socket_addrs().with_context(|| format!("finding `{host}`"))?;
    let found = addresses.next().with_context(|| format!("`{host}` has no address"))?;
    Ok(Endpoint { host: found.ip(), port, tls })
}
