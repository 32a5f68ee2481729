//! `revoke`: throws a user out of the broker, at once.

use super::apply::deployment;
use crate::cli::Outcome;
use crate::deploy::Where;
use crate::renewal;
use crate::secrets::{keep::Keeper, place};
use anyhow::Result;

/// Revokes.
pub fn run(word: &str, name: &str, to: &Where) -> Result<Outcome> {
    let Some(deployment) = deployment(word, to)? else { return Ok(Outcome::Findings) };
    let mut keeper = Keeper::open(&place())?;
    println!("{}", deployment.title());
    let report = renewal::revoke(&deployment, &mut keeper, name, &mut |line| println!("{line}"))?;
    Ok(deployment.close(&report))
}
