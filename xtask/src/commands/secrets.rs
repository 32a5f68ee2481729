//! `secrets`: makes the passwords that are missing, and the broker's password file from them. Never overwrites one.

use super::findings;
use crate::outcome::Outcome;
use anyhow::{Result, bail};
use deploy::provision::{Provision, provision};
use fleetwright_generator::model::{Engine, Fleet, Security};
use project::fleets;
use std::collections::BTreeSet;

/// Make the passwords that are missing
#[derive(Clone, Debug, clap::Args)]
pub struct Secrets {
    /// A name in fleets/ or a path
    pub fleet: String,
}

impl Secrets {
    /// Makes what is missing for a fleet.
    pub fn run(self) -> Result<Outcome> {
        let checked = fleets::check(&fleets::find_one(&self.fleet)?)?;
        let Some(fleet) = checked.fleet else {
            bail!("{} has errors; `cargo xtask check` shows them", checked.findings.source.path);
        };
        let Some(output) = findings::generate(&self.fleet, None)? else { return Ok(Outcome::Findings) };
        let users = output.plans.iter().flat_map(|plan| plan.users.iter().map(|user| user.name.clone()));
        let users: BTreeSet<String> = users.collect();
        let made = provision(&credentials::secrets::folder(), &fleet, &users)?;
        print(&fleet, users.len(), &made);
        Ok(Outcome::of(!made.wrong.is_empty()))
    }
}

fn print(fleet: &Fleet, users: usize, made: &Provision) {
    let name = &fleet.name;
    let kind = if fleet.broker.security == Security::Tls { "keys" } else { "passwords" };
    println!("{name}: {users} users, {} new {kind} in fleets/secrets.yaml", made.made);
    for user in &made.revoked {
        println!("`{user}` is revoked and has none; `cargo xtask rotate {name} {user}` lets it in again");
    }
    if fleet.broker.engine == Engine::Ejabberd {
        println!("`cargo xtask accounts {name}` brings them to the brokers");
    }
    if let Some((file, is_written)) = &made.users {
        println!("fleets/{file} {}, for the broker", if *is_written { "is written" } else { "is current" });
    }
    if let Some(file) = &made.authority {
        println!("fleets/{file} is written: by it clients of people know the broker, as with `mosquitto_sub --cafile`");
    }
    if let Some(file) = &made.bundle {
        println!("fleets/{file} is written, for the brokers: their certificate and its key");
    }
    for name in &made.to_fill {
        println!("yours to fill in: `{name}` in fleets/secrets.yaml");
    }
    for what in &made.wrong {
        println!("yours to correct: {what}");
    }
}
