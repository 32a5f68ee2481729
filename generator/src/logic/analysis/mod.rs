//! What can be known of rules before any hardware: which never hold, which others hide, what two moments that differ
//! in one topic make of a decision. Certain or silent: what is claimed here is proven, or shown by a concrete moment.

mod concrete;
mod decision;
mod formula;
mod interval;
mod ranges;
mod solve;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use concrete::{Moment, Value};
pub(crate) use decision::{Decision, Side, Verdict, context_without};
pub(crate) use formula::Fixed;
