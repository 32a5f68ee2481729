//! `accounts`: makes the fleet's accounts at a cluster of ejabberd, with the passwords of fleets/secrets.yaml, ends those
//! that the fleet has no more, and lets every broker know every retained topic.

use super::findings;
use crate::outcome::Outcome;
use anyhow::Result;
use credentials::secrets::Secrets;
use deploy::cluster;
use std::path::PathBuf;

/// Make the accounts of a fleet at its cluster of ejabberd
#[derive(Clone, Debug, clap::Args)]
pub struct Accounts {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// This layout; else the first
    #[arg(long)]
    pub layout: Option<String>,
    /// The socket of one of the brokers, as broker/ejabberd.yml names it
    #[arg(long, default_value = "/var/lib/ejabberd/fleetwright.sock")]
    pub socket: PathBuf,
}

impl Accounts {
    /// Makes the accounts, behind ejabberd's socket.
    pub fn run(self) -> Result<Outcome> {
        let layout = self.layout.as_deref();
        let Some(output) = findings::generate(&self.fleet, layout)? else { return Ok(Outcome::Findings) };
        let plan = output.layout(layout)?;
        cluster::accounts(plan, &Secrets::load()?, &self.socket, &mut |line| println!("{line}"))?;
        Ok(Outcome::Fine)
    }
}
