//! `accounts`: makes the fleet's accounts at a cluster of ejabberd, with the passwords of fleets/secrets.yaml, ends those
//! that the fleet has no more, and lets every broker know every retained topic.

use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use broker::accounts::Accounts;
use broker::spread;
use broker::tls::{Door, Tls, certificate};
use credentials::secrets::{BROKER, Secrets};
use fleetwright_generator::fleet::{Engine, Security};
use project::fleets;
use std::net::ToSocketAddrs;
use std::path::Path;

/// Does it, behind ejabberd's socket.
pub fn run(word: &str, layout: Option<&str>, socket: &Path) -> Result<Outcome> {
    let path = fleets::find_one(word)?;
    let out = fleets::root().join("generated");
    let Some(output) = fleets::generate(&path, &out, layout)? else { return Ok(Outcome::Findings) };
    let plan = output.plans.first().context("the fleet has no layout")?;
    if plan.engine != Engine::Ejabberd {
        bail!(
            "`{}` has Mosquitto as broker, whose accounts are in a file: `cargo xtask secrets {0}` makes it",
            plan.fleet
        );
    }
    let secrets = Secrets::load()?;
    let password = |user: &str| secrets.password(&plan.fleet, user).map(str::to_owned);
    let missing: Vec<&str> =
        plan.users.iter().map(|user| user.name.as_str()).filter(|user| password(user).is_none()).collect();
    if !missing.is_empty() {
        bail!("no passwords yet for {}; run `cargo xtask secrets {}`", missing.join(", "), plan.fleet);
    }
    let accounts = Accounts::new(socket, &plan.fleet);
    for user in &plan.users {
        accounts.set(&user.name, &password(&user.name).unwrap_or_default())?;
    }
    for user in accounts.users()?.iter().filter(|user| plan.users.iter().all(|known| known.name != **user)) {
        accounts.remove(user)?;
        println!("{user}@{} has no account any more", plan.fleet);
    }
    println!("{}: {} accounts", plan.fleet, plan.users.len());
    let tls = match (plan.security, secrets.password(&plan.fleet, BROKER)) {
        (Security::TlsPinned, Some(secret)) => Tls::Pinned(certificate::public(secret)?),
        (Security::TlsPinned, None) => bail!("no key of the brokers yet; run `cargo xtask secrets {}`", plan.fleet),
        _ => Tls::Off,
    };
    let door = |host: &String| door(host, plan.broker_port, tls);
    let doors = plan.broker_hosts.iter().map(door).collect::<Result<Vec<_>>>()?;
    let count = spread(plan, &doors, &password)?;
    println!("{} brokers know all retained topics; {count} were new to one of them", doors.len());
    Ok(Outcome::Fine)
}

fn door(host: &str, port: u16, tls: Tls) -> Result<Door> {
    let mut addresses = (host, port).to_socket_addrs().with_context(|| format!("finding `{host}`"))?;
    let found = addresses.next().with_context(|| format!("`{host}` has no address"))?;
    Ok(Door { host: found.ip(), port, tls })
}
