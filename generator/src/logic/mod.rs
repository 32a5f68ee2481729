//! Rules: texts of the fleet file become typed conditions. Knows topics' payloads, nothing of nodes or files.

mod compare;
mod model;
mod outcome;
mod read;

pub use model::*;
pub(crate) use outcome::outcome;
pub(crate) use read::{Scope, condition};
