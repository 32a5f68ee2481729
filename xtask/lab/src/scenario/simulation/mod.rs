//! Everything that runs in a scenario: nodes, their links to the broker, the broker and its observers, in one thread and
//! one order. Virtual time passes only when nothing is left to do: see [`Simulation::settle`].
//!
//! `state` is what there is and starts it; `nodes` exchanges lines with the nodes; `fence` waits for the broker; `time`
//! lets time pass; `faults` breaks things, `clients` speak. `node`, `observers` and `recorder` are the parts of the state.

mod clients;
mod faults;
mod fence;
mod node;
mod nodes;
mod observers;
mod recorder;
mod state;
mod time;

pub(in crate::scenario) use state::Simulation;
