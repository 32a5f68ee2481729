//! What a layout should do, computed from its plan: a second opinion on the generated firmware, without any of its code.
//!
//! Only the smoke run uses it. A topic whose value is not certain (a decision that kept what nobody saw) is unknown, and
//! nothing is demanded of what depends on it.
//!
//! `model` computes, with `rules` for decisions and `owners` for states that are set; `check` compares with what was observed. Neither knows nodes or brokers.

mod check;
mod model;
mod observation;
mod owners;
mod rules;
mod value;

pub(crate) use model::{LONGEST, Reference};
pub(crate) use observation::Observation;
pub(crate) use value::{Value, samples};

#[cfg(test)]
mod tests;
