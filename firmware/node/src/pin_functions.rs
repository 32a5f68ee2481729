//! The pins of a board as plain functions, for custom roles.

use crate::pin::{Gpio, Level, Mode};

/// The pins of a board as plain functions: a driver that keeps its pins can't borrow the board.
#[derive(Clone, Copy)]
pub struct PinFunctions {
    /// Makes a pin an input or an output.
    pub configure: fn(Gpio, Mode),
    /// Reads the level of a pin.
    pub read: fn(Gpio) -> Level,
    /// Drives an output.
    pub drive: fn(Gpio, Level),
    /// As [`Board::dim`](crate::Board::dim).
    pub dim: fn(Gpio, u16),
    /// Open drain: pulls a line low, or lets it go, so that a resistor (the chip's own, too) pulls it high.
    pub pull: fn(Gpio, Level),
    /// Waits for at least so many microseconds.
    pub wait: fn(u32),
}

impl PinFunctions {
    /// The functions of a board without pins: nothing is driven, every pin is high.
    pub const NONE: Self = Self {
        configure: |_, _| {},
        read: |_| Level::High,
        drive: |_, _| {},
        dim: |_, _| {},
        pull: |_, _| {},
        wait: |_| {},
    };
}
