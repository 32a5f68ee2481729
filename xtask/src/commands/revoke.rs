//! `revoke`: throws a user out of the broker, at once.

use super::apply::{close, deployment};
use crate::cli::Outcome;
use anyhow::Result;
use credentials::secrets::{keep::Keeper, place};
use deploy::Where;
use deploy::renewal;

/// Revokes.
pub fn run(word: &str, name: &str, to: &Where) -> Result<Outcome> {
    let Some(deployment) = deployment(word, to)? else { return Ok(Outcome::Findings) };
    let mut keeper = Keeper::open(&place())?;
    println!("{}", deployment.title());
    let report = renewal::revoke(&deployment, &mut keeper, name, &mut |line| println!("{line}"))?;
    Ok(close(&deployment, &report))
}
