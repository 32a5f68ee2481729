//! Rules of decisions.

use super::conditions::Condition;
use super::outcomes::Outcome;
use crate::text::Position;

/// One rule of a decision.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The condition as the file has it, for the reader of the generated code.
    pub when_text: String,
    /// The outcome as the file has it.
    pub then_text: String,
    /// The position of its condition in the file.
    pub position: Position,
    /// Its index among the rules as written: one that computes a bit is two here.
    pub index: usize,
    /// The condition under which the rule decides.
    pub when: Condition,
    /// The payload that the decision then publishes.
    pub then: Outcome,
}
