//! `test`: with a fleet it plays the scenarios of its file, without it runs everything.

use super::arguments::NodePlatform;
use super::{everything, findings, played};
use crate::outcome::Outcome;
use anyhow::{Context, Result};
use lab::scenario::junit::{self, Suite};
use lab::scenario::{ScenarioOutcome, ScenarioRun};
use lab::selection::{Selection, draw};
use project::{generated, sync};
use std::path::PathBuf;

/// With FLEET: play its scenarios. Without: install what is missing and run every check and every test there is
#[derive(Clone, Debug, clap::Args)]
pub struct Test {
    /// Play the scenarios of this fleet, a name in fleets/ or a path; without it: every check and every test there is
    pub fleet: Option<String>,
    /// Only scenarios whose name contains this
    pub name: Option<String>,
    /// What the nodes run on
    #[arg(long, value_enum, default_value = "host", requires = "fleet")]
    pub on: NodePlatform,
    /// This layout alone
    #[arg(long, requires = "fleet")]
    pub layout: Option<String>,
    /// Decides what chance decides: back-off, lost packets, garbage
    #[arg(long, default_value = "1", requires = "fleet")]
    pub seed: u64,
    /// Play each scenario so often with the same seed, and fail if two transcripts differ
    #[arg(long, default_value = "1", requires = "fleet", value_parser = clap::value_parser!(u32).range(1..))]
    pub times: u32,
    /// Show the transcript of every scenario, not only of those that fail
    #[arg(long, requires = "fleet")]
    pub transcript: bool,
    /// Write the results as JUnit XML
    #[arg(long, requires = "fleet", value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Draw a picture of each scenario into this folder
    #[arg(long, requires = "fleet", value_name = "DIR")]
    pub timeline: Option<PathBuf>,
}

impl Test {
    /// Plays the scenarios of the fleet, or runs everything.
    pub fn run(self) -> Result<Outcome> {
        match &self.fleet {
            Some(fleet) => self.play(fleet),
            None => everything::run(),
        }
    }

    fn play(&self, fleet: &str) -> Result<Outcome> {
        let Some(output) = findings::generate(fleet, None)? else { return Ok(Outcome::Findings) };
        let plans = output.layouts(self.layout.as_deref())?;
        let selection = Selection { name: self.name.as_deref(), seed: self.seed, times: self.times };
        plans.iter().try_for_each(|plan| selection.require(plan))?;
        sync::require_current(&generated(), &output, fleet)?;
        let mut suites = Vec::new();
        for plan in plans {
            println!("{} · {}", plan.fleet, plan.layout);
            let mut report = |played: &ScenarioRun| played::print(plan, played, self.transcript);
            let played = selection.play(self.on.into(), &generated(), plan, &output.artifacts, &mut report)?;
            if self.times > 1 {
                println!("  ok  each played {} times with seed {}: identical transcripts", self.times, self.seed);
            }
            if let Some(folder) = &self.timeline {
                draw(folder, plan, &played)?;
            }
            suites.push(Suite { plan, runs: played });
        }
        if let Some(file) = &self.junit {
            std::fs::write(file, junit::xml(&suites)).with_context(|| format!("writing {}", file.display()))?;
        }
        let mut all = suites.iter().flat_map(|suite| &suite.runs);
        Ok(Outcome::of(all.any(|played| matches!(played.outcome, ScenarioOutcome::Failed(_)))))
    }
}
