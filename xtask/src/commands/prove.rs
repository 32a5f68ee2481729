//! `prove`: who may read and write what on the broker, by trying all of it; a part of `verify`, with the whole matrix.

use super::findings;
use crate::outcome::Outcome;
use anyhow::{Context, Result, bail};
use fleetwright_generator::model::Security;
use fleetwright_generator::plan::Plan;
use lab::rights;
use project::fleets;
use std::path::PathBuf;

/// Prove who may read and write what on the broker, by trying all of it
#[derive(Clone, Debug, clap::Args)]
pub struct Prove {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// This layout alone
    #[arg(long)]
    pub layout: Option<String>,
    /// Write the matrix as a page, too
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl Prove {
    /// Proves the rights of a fleet, layout by layout; the page has those of the last.
    pub fn run(self) -> Result<Outcome> {
        let path = fleets::find_one(&self.fleet)?;
        let layout = self.layout.as_deref();
        let Some(output) = findings::generate(&self.fleet, layout)? else { return Ok(Outcome::Findings) };
        let plans: Vec<&Plan> = output.layouts(layout)?.into_iter().filter(|plan| !plan.users.is_empty()).collect();
        if plans.is_empty() {
            bail!("no layout of {} has a user on the broker: there is nothing to prove", path.display());
        }
        if plans.iter().any(|plan| plan.security == Security::Open) {
            bail!(
                "security is open: everybody may read and write everything; write `security: password` to have rights"
            );
        }
        let mut outcome = Outcome::Fine;
        for plan in plans {
            println!("{} · {}", plan.fleet, plan.layout);
            let proof = rights::prove(plan, &output.artifacts)?;
            println!("\n{}", proof.matrix.text());
            if let Some(file) = &self.html {
                let title = format!("{} · {}: who may read and write what", plan.fleet, plan.layout);
                std::fs::write(file, proof.matrix.html(&title))
                    .with_context(|| format!("writing {}", file.display()))?;
            }
            if proof.wrong.is_empty() {
                println!("  ok  {}", proof.summary());
            } else {
                outcome = Outcome::Findings;
                proof.wrong.iter().for_each(|wrong| println!("  NO  {wrong}"));
            }
        }
        Ok(outcome)
    }
}
