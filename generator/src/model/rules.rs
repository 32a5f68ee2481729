//! Rules of decisions.

use super::conditions::Condition;
use super::outcomes::Outcome;
use crate::text::Position;

/// One rule of a decision.
#[derive(Clone, Debug)]
pub struct Rule {
    /// As written, for the reader of the generated code.
    pub when_text: String,
    /// As written.
    pub then_text: String,
    /// Where it stands.
    pub position: Position,
    /// Its index among the rules as written: one that computes a bit is two here.
    pub index: usize,
    /// When it holds.
    pub when: Condition,
    /// What is then published.
    pub then: Outcome,
}
