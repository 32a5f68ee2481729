//! `revoke`: throws a user out of the broker, at once.

use super::apply::{close, deployment};
use super::arguments::To;
use crate::outcome::Outcome;
use anyhow::Result;
use credentials::secrets::{file::SecretsFile, path};
use deploy::renewal;

/// Throw a node or a client out of the broker, at once
#[derive(Clone, Debug, clap::Args)]
pub struct Revoke {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// The node or client
    pub node: String,
    /// Where its broker works.
    #[command(flatten)]
    pub to: To,
}

impl Revoke {
    /// Revokes all accounts of the user.
    pub fn run(self) -> Result<Outcome> {
        let Some(deployment) = deployment(&self.fleet, self.to)? else { return Ok(Outcome::Findings) };
        let mut secrets_file = SecretsFile::open(&path())?;
        println!("{}", deployment.title());
        let report = renewal::revoke(&deployment, &mut secrets_file, &self.node, &mut |line| println!("{line}"))?;
        Ok(close(&deployment, &report))
    }
}
