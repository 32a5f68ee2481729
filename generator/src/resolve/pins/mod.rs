//! What a pin does to a role, and a role to a board: which pins are there, which are taken, what would happen at power-up,
//! and which pin is the safest. Knows the chip by its data and roles by what they do with a pin; no pin's number.

mod allow;
mod chart;
mod choose;
mod hazards;
mod named;
mod place;
mod usage;

pub use chart::{PinRow, PinState, chart};
pub(super) use place::{Wiring, pin_uses, place};
