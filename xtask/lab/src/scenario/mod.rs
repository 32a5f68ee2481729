//! Scenarios of fleet files, run with real node programs and a real broker in virtual time.
//!
//! `runner` runs them; `launcher` starts nodes; `simulation` is everything that runs, and `network` its connections;
//! `steps` executes the steps of a scenario and `expectations` compares; `transcript` is what happened. How virtual
//! time and a real broker go together stands in ARCHITECTURE.md.

mod expectations;
pub mod junit;
mod launcher;
mod network;
mod outcome;
mod process;
mod runner;
mod simulation;
mod steps;
pub mod timeline;
pub mod transcript;

pub use outcome::{Failure, ScenarioOutcome, ScenarioRun};
pub use runner::ScenarioRunner;
