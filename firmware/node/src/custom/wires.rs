//! Pins as values that hold no reference, with the traits of embedded-hal 1.0.

use crate::board::{Gpio, Level, Mode};
use core::convert::Infallible;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{ErrorType, InputPin, OutputPin, StatefulOutputPin};
use embedded_hal::pwm::{self, SetDutyCycle};

/// The pins of a board as plain functions: a driver that keeps its pins can't borrow the board.
#[derive(Clone, Copy)]
pub struct Wires {
    /// Makes a pin an input or an output.
    pub configure: fn(Gpio, Mode),
    /// What a pin carries.
    pub read: fn(Gpio) -> Level,
    /// Drives an output.
    pub drive: fn(Gpio, Level),
    /// As [`Board::dim`](crate::Board::dim).
    pub dim: fn(Gpio, u16),
    /// Open drain: pulls a line low, or lets it go, so that a resistor (the chip's own, too) pulls it high.
    pub pull: fn(Gpio, Level),
    /// Waits for so many microseconds, at least.
    pub wait: fn(u32),
}

impl Wires {
    /// Wires of a board that has none: nothing is driven, every line is high.
    pub const NOWHERE: Self = Self {
        configure: |_, _| {},
        read: |_| Level::High,
        drive: |_, _| {},
        dim: |_, _| {},
        pull: |_, _| {},
        wait: |_| {},
    };
}

/// A pin that is driven.
#[derive(Clone, Copy)]
pub struct Output {
    wires: Wires,
    pin: Gpio,
    level: Level,
}

impl Output {
    pub(super) fn new(wires: Wires, pin: Gpio, level: Level) -> Self {
        Self { wires, pin, level }
    }

    fn drive(&mut self, level: Level) {
        self.level = level;
        (self.wires.drive)(self.pin, level);
    }
}

impl ErrorType for Output {
    type Error = Infallible;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.drive(Level::Low);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.drive(Level::High);
        Ok(())
    }
}

impl StatefulOutputPin for Output {
    fn is_set_high(&mut self) -> Result<bool, Infallible> {
        Ok(self.level == Level::High)
    }

    fn is_set_low(&mut self) -> Result<bool, Infallible> {
        Ok(self.level == Level::Low)
    }
}

/// A pin that is high for a part of the time.
#[derive(Clone, Copy)]
pub struct Pwm {
    wires: Wires,
    pin: Gpio,
}

impl Pwm {
    pub(super) fn new(wires: Wires, pin: Gpio) -> Self {
        Self { wires, pin }
    }
}

impl pwm::ErrorType for Pwm {
    type Error = Infallible;
}

impl SetDutyCycle for Pwm {
    fn max_duty_cycle(&self) -> u16 {
        1_000
    }

    fn set_duty_cycle(&mut self, duty: u16) -> Result<(), Infallible> {
        (self.wires.dim)(self.pin, duty.min(1_000));
        Ok(())
    }
}

/// A pin that is read.
#[derive(Clone, Copy)]
pub struct Input {
    wires: Wires,
    pin: Gpio,
}

impl Input {
    pub(super) fn new(wires: Wires, pin: Gpio) -> Self {
        Self { wires, pin }
    }
}

impl ErrorType for Input {
    type Error = Infallible;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok((self.wires.read)(self.pin) == Level::High)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok((self.wires.read)(self.pin) == Level::Low)
    }
}

/// Waits; nothing else of the node happens meanwhile, so keep it to milliseconds.
#[derive(Clone, Copy)]
pub struct Delay {
    wires: Wires,
}

impl Delay {
    pub(super) fn new(wires: Wires) -> Self {
        Self { wires }
    }
}

impl DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        (self.wires.wait)(ns.div_ceil(1_000));
    }

    fn delay_us(&mut self, us: u32) {
        (self.wires.wait)(us);
    }

    fn delay_ms(&mut self, ms: u32) {
        for _ in 0..ms {
            (self.wires.wait)(1_000);
        }
    }
}
