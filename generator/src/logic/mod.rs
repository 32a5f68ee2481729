//! Rules: texts of the fleet file become typed conditions, which are then analysed. Knows the model and findings, nothing of
//! nodes or of how else a fleet is written.

pub(crate) mod analysis;
mod compare;
mod condition;
mod hints;
mod operand;
mod outcome;
mod range;
mod scope;

pub(crate) use condition::condition;
pub(crate) use outcome::{Then, outcome};
pub(crate) use scope::Scope;
