//! Rules: texts of the fleet file become typed conditions. Knows topics' payloads, nothing of nodes or files.

pub(crate) mod analysis;
mod compare;
mod hints;
mod model;
mod outcome;
mod place;
mod read;

pub use model::*;
pub(crate) use outcome::{Then, outcome};
pub(crate) use read::{Scope, condition};
