//! What became of a scenario, and how a person reads it.

use super::transcript::{self, Transcript};
use fleetwright_generator::plan::Plan;
use fleetwright_generator::text::Position;
use std::time::Duration;

/// How a scenario ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScenarioOutcome {
    /// All that was expected came.
    Passed,
    /// This layout can't run it: it lacks these roles.
    Skipped(Vec<String>),
    /// Something did not come.
    Failed(Failure),
}

/// What did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where the step stands in the fleet file.
    pub position: Position,
    /// The step as written.
    pub step: String,
    /// What was found instead, in sentences.
    pub found: Vec<String>,
    /// What would have satisfied it, in sentences.
    pub needed: Vec<String>,
}

/// How a step ended.
pub(super) enum StepOutcome {
    /// It was done, or holds.
    Done,
    /// It does not hold.
    Failed {
        /// What was found instead, in sentences.
        found: Vec<String>,
        /// What would have satisfied it, in sentences.
        needed: Vec<String>,
    },
}

/// One run of a scenario.
#[derive(Clone, Debug)]
pub struct ScenarioRun {
    /// The scenario's name.
    pub name: String,
    /// Where the scenario stands in the fleet file.
    pub position: Position,
    /// How it ended.
    pub outcome: ScenarioOutcome,
    /// The events of the run, in their order.
    pub transcript: Transcript,
    /// Virtual time that passed, in milliseconds.
    pub virtual_ms: u64,
    /// Real time that it took.
    pub took: Duration,
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
        let mut text = format!("{}: {}\n", failure.position, failure.step);
        failure.found.iter().for_each(|found| text += &format!("  found:  {found}\n"));
        failure.needed.iter().for_each(|needed| text += &format!("  needed: {needed}\n"));
        text + "what happened, in virtual time:\n" + &self.transcript.tail(plan, 70)
    }
}
