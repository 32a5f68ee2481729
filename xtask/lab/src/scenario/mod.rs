//! Scenarios of fleet files, played: real node programs, a real broker, virtual time.
//!
//! `crew` is who plays, `world` is everything that runs, `play` obeys the steps, `transcript` is what was seen. How virtual time and a real
//! broker go together stands in ARCHITECTURE.md.

mod crew;
pub mod junit;
mod link;
mod play;
mod process;
pub mod timeline;
pub mod transcript;
mod upstream;
mod world;

use crate::nodes::On;
use anyhow::{Context, Result};
use broker::tls::Tls;
use broker::{Broker, OBSERVER};
use credentials::passwords::Passwords;
use crew::Crew;
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::Plan;
use fleetwright_generator::source::Position;
use std::path::Path;
use std::time::{Duration, Instant};
use transcript::Transcript;
use world::World;

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioOutcome {
    /// All that was expected came.
    Passed,
    /// This layout can't play it: it lacks these roles.
    Skipped(Vec<String>),
    /// Something did not come.
    Failed(Failure),
}

/// What did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where the step stands; the scenario, where it failed between steps.
    pub place: Position,
    /// The step as written.
    pub step: String,
    /// What was found instead, in sentences.
    pub found: Vec<String>,
    /// What would have satisfied it, in sentences.
    pub needed: Vec<String>,
}

/// What became of a scenario.
#[derive(Clone, Debug)]
pub struct ScenarioRun {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Position,
    /// How it ended.
    pub outcome: ScenarioOutcome,
    /// What happened.
    pub transcript: Transcript,
    /// Virtual time that passed, in milliseconds.
    pub virtual_ms: u64,
    /// Real time that it took.
    pub took: Duration,
}

/// A layout that is ready to play: its programs, and a broker that starts anew for each scenario.
pub struct ScenarioRunner<'p> {
    plan: &'p Plan,
    crew: Crew,
    broker: Option<Broker>,
    fresh: bool,
}

impl<'p> ScenarioRunner<'p> {
    /// Builds the layout's programs below `out`, and starts its broker if it needs one.
    pub fn start(on: On, out: &Path, plan: &'p Plan, artifacts: &[Artifact]) -> Result<Self> {
        let users = plan.users.iter().map(|user| user.name.as_str()).chain([OBSERVER]).map(|user| plan.account(user));
        let passwords = Passwords::throw_away(users)?;
        let networked = plan.nodes.iter().any(|node| node.status.is_some()) || !plan.clients.is_empty();
        let prefix = format!("{}/{}", plan.fleet, plan.layout);
        let broker = if networked { Some(Broker::start(artifacts, &prefix, &passwords)?) } else { None };
        broker.iter().try_for_each(|broker| broker.prepare(plan, &passwords))?;
        let tls = broker.as_ref().map_or(Tls::Off, |broker| broker.door().tls);
        Ok(Self { plan, crew: Crew::ready(on, out, plan, passwords, tls)?, broker, fresh: true })
    }

    /// Plays the scenario at this place of the plan. An `Err` is a fault of this machine, not of the fleet.
    pub fn run(&mut self, place: usize, seed: u64) -> Result<ScenarioRun> {
        let scenario = self.plan.scenarios.get(place).context("no such scenario")?;
        let start = Instant::now();
        let mut played = ScenarioRun {
            name: scenario.name.clone(),
            place: scenario.place.clone(),
            outcome: ScenarioOutcome::Passed,
            transcript: Transcript::default(),
            virtual_ms: 0,
            took: Duration::ZERO,
        };
        if !scenario.unplaced.is_empty() {
            played.outcome = ScenarioOutcome::Skipped(scenario.unplaced.clone());
            return Ok(played);
        }
        if let (Some(broker), false) = (&mut self.broker, self.fresh) {
            broker.forget()?;
        }
        self.fresh = false;
        let mut world = World::start(&self.crew, self.broker.as_mut(), seed)?;
        played.outcome = play::play(&mut world, scenario)?;
        played.virtual_ms = world.now;
        played.transcript = std::mem::take(&mut world.transcript);
        played.took = start.elapsed();
        Ok(played)
    }
}

impl ScenarioRun {
    /// One line: how it ended and what it cost.
    pub fn line(&self) -> String {
        let time = format!("{} in {:.2} s", transcript::span(self.virtual_ms), self.took.as_secs_f64());
        match &self.outcome {
            ScenarioOutcome::Passed => format!("ok  {} · {time}", self.name),
            ScenarioOutcome::Skipped(roles) => {
                format!("--  {} · not here: no node has `{}`", self.name, roles.join("`, `"))
            }
            ScenarioOutcome::Failed(_) => format!("NO  {} · {time}", self.name),
        }
    }

    /// What a person needs to understand a failure; empty where there is none.
    pub fn report(&self, plan: &Plan) -> String {
        let ScenarioOutcome::Failed(failure) = &self.outcome else { return String::new() };
        let mut text = format!("{}: {}\n", failure.place, failure.step);
        failure.found.iter().for_each(|found| text += &format!("  found:  {found}\n"));
        failure.needed.iter().for_each(|needed| text += &format!("  needed: {needed}\n"));
        text + "what happened, in virtual time:\n" + &self.transcript.tail(plan, 70)
    }
}
