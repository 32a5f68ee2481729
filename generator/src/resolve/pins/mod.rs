//! What a pin does to a role, and a role to a board: which pins are there, which are taken, what would happen at power-up,
//! and which pin is the safest. Knows the chip by its data and roles by what they do with a pin; no pin's number.

mod allow;
mod assign;
mod chart;
mod choose;
mod hazards;
mod named;
mod reserved;
mod usage;

pub(super) use assign::{Wiring, assign, pin_uses};
pub use chart::{PinRow, PinState, chart};
pub(super) use reserved::Reserved;
