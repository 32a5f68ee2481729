//! `apply`: brings a layout's broker files to where its broker works, and has a running one work by them.

use crate::cli::Outcome;
use crate::deploy::{Deployment, Where};
use crate::fleets;
use crate::secrets::Secrets;
use anyhow::{Context, Result, bail};
use fleetwright_generator::fleet::Engine;

/// Installs.
pub fn run(word: &str, to: &Where) -> Result<Outcome> {
    let Some(deployment) = deployment(word, to)? else { return Ok(Outcome::Findings) };
    let files = deployment.files(&Secrets::load()?)?;
    println!("{}", deployment.title());
    let report = deployment.install(&files)?;
    Ok(deployment.close(&report))
}

/// The layout that is meant, and its place; `None`: the fleet has errors.
pub(super) fn deployment(word: &str, to: &Where) -> Result<Option<Deployment>> {
    let path = fleets::find_one(word)?;
    let out = fleets::root().join("generated");
    let Some(output) = fleets::generate(&path, &out, to.layout.as_deref())? else { return Ok(None) };
    let plan = match &to.layout {
        Some(layout) => output.plans.iter().find(|plan| plan.layout == *layout),
        None => output.plans.first(),
    };
    let plan = plan.context("the fleet has no layout")?;
    if plan.engine == Engine::Ejabberd {
        bail!(
            "`{0}` has a cluster of ejabberd, which takes a new configuration by `ejabberdctl reload_config`; \
             `cargo xtask accounts {0}` brings the accounts",
            plan.fleet
        );
    }
    Ok(Some(Deployment::new(plan, to)?))
}
