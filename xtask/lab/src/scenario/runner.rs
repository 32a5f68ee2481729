//! Runs the scenarios of a layout, one after the other, on programs that were built once.

use super::launcher::Launcher;
use super::outcome::{ScenarioOutcome, ScenarioRun};
use super::simulation::Simulation;
use super::steps;
use super::transcript::Transcript;
use crate::nodes::NodePlatform;
use crate::throwaway::ThrowawayBroker;
use anyhow::{Context, Result};
use broker::Broker;
use broker::tls::Tls;
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::Plan;
use std::path::Path;
use std::time::{Duration, Instant};

/// A layout whose scenarios can be run: its programs, and a broker that starts anew for each scenario.
pub struct ScenarioRunner<'p> {
    plan: &'p Plan,
    launcher: Launcher,
    broker: Option<Broker>,
    /// Whether no scenario has used the broker yet.
    is_fresh: bool,
}

impl<'p> ScenarioRunner<'p> {
    /// Builds the layout's programs below `out`, and starts its broker if it needs one.
    pub fn start(on: NodePlatform, out: &Path, plan: &'p Plan, artifacts: &[Artifact]) -> Result<Self> {
        let started = ThrowawayBroker::start_if_needed(plan, artifacts)?;
        let (broker, accounts) = started.map(|started| (started.broker, started.accounts)).unzip();
        let tls = broker.as_ref().map_or(Tls::Off, |broker| broker.endpoint().tls);
        let launcher = Launcher::new(on, out, plan, accounts.unwrap_or_default(), tls)?;
        Ok(Self { plan, launcher, broker, is_fresh: true })
    }

    /// Runs the scenario with this index in the plan.
    ///
    /// # Errors
    ///
    /// This machine is at fault, or the broker, not the fleet: a scenario that fails is no error.
    pub fn run(&mut self, index: usize, seed: u64) -> Result<ScenarioRun> {
        let scenario = self.plan.scenarios.get(index).context("no such scenario")?;
        let start = Instant::now();
        let mut run = ScenarioRun {
            name: scenario.name.clone(),
            position: scenario.position.clone(),
            outcome: ScenarioOutcome::Passed,
            transcript: Transcript::default(),
            virtual_ms: 0,
            took: Duration::ZERO,
        };
        if !scenario.unplaced.is_empty() {
            run.outcome = ScenarioOutcome::Skipped(scenario.unplaced.clone());
            return Ok(run);
        }
        if let (Some(broker), false) = (&mut self.broker, self.is_fresh) {
            broker.forget()?;
        }
        self.is_fresh = false;
        let mut simulation = Simulation::start(&self.launcher, self.broker.as_mut(), seed)?;
        run.outcome = steps::run(&mut simulation, scenario)?;
        run.virtual_ms = simulation.now();
        run.took = start.elapsed();
        run.transcript = simulation.into_transcript();
        Ok(run)
    }
}
