//! `apply`: brings a layout's broker files to where its broker works, and has a running one work by them.

use super::arguments::To;
use super::findings;
use crate::outcome::Outcome;
use anyhow::Result;
use credentials::secrets::Secrets;
use deploy::{Deployment, Report};

/// Bring a layout's broker files to their place, tried out before, and have a running broker work by them
#[derive(Clone, Debug, clap::Args)]
pub struct Apply {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// Where its broker works.
    #[command(flatten)]
    pub to: To,
}

impl Apply {
    /// Installs the files.
    pub fn run(self) -> Result<Outcome> {
        let Some(deployment) = deployment(&self.fleet, self.to)? else { return Ok(Outcome::Findings) };
        let files = deployment.files(&Secrets::load()?)?;
        println!("{}", deployment.title());
        let report = deployment.install(&files)?;
        Ok(close(&deployment, &report))
    }
}

/// The layout that is meant, and where its broker works; `None`: the fleet has errors.
pub(super) fn deployment(fleet: &str, to: To) -> Result<Option<Deployment>> {
    let Some(output) = findings::generate(fleet, to.layout.as_deref())? else { return Ok(None) };
    let plan = output.layout(to.layout.as_deref())?;
    Ok(Some(Deployment::new(plan, &to.into(), |line| println!("{line}"))?))
}

/// Prints what is left to do; findings where a running broker does not work by all of it.
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
