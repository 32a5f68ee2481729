//! `apply`: brings a layout's broker files to where its broker works, and has a running one work by them.

use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use credentials::secrets::Secrets;
use deploy::{Deployment, Report, Where};
use fleetwright_generator::fleet::Engine;
use project::fleets;

/// Installs.
pub fn run(word: &str, to: &Where) -> Result<Outcome> {
    let Some(deployment) = deployment(word, to)? else { return Ok(Outcome::Findings) };
    let files = deployment.files(&Secrets::load()?)?;
    println!("{}", deployment.title());
    let report = deployment.install(&files)?;
    Ok(close(&deployment, &report))
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
    Ok(Some(Deployment::new(plan, to, |line| println!("{line}"))?))
}

/// Says what is left to do; findings where a running broker does not work by all of it.
pub fn close(deployment: &Deployment, report: &Report) -> Outcome {
    let folder = deployment.folder().display();
    if !deployment.is_live() {
        if report.changed {
            println!("  --  no broker was asked to reload: name its process with --pid-file, or restart it");
            println!("      Mosquitto's own configuration must include {folder}/mosquitto.conf; on Debian:");
            println!("        ln -sf {folder}/mosquitto.conf /etc/mosquitto/conf.d/{}.conf", deployment.plan.fleet);
            println!("        systemctl restart mosquitto");
        }
        return Outcome::Fine;
    }
    if report.restart.is_empty() {
        return Outcome::Fine;
    }
    println!("  NO  the running broker works by the new rules, but takes over at a restart only:");
    report.restart.iter().for_each(|line| println!("        {line}"));
    println!("      restart it: `systemctl restart mosquitto`");
    Outcome::Findings
}
