//! Pins as values that hold no reference, with the traits of embedded-hal 1.0.

use crate::pin::{Gpio, Level};
use crate::pin_functions::PinFunctions;
use core::convert::Infallible;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{ErrorType, InputPin, OutputPin, StatefulOutputPin};
use embedded_hal::pwm::{self, SetDutyCycle};

/// A pin that is driven.
#[derive(Clone, Copy)]
pub struct Output {
    functions: PinFunctions,
    pin: Gpio,
    level: Level,
}

impl Output {
    pub(super) fn new(functions: PinFunctions, pin: Gpio, level: Level) -> Self {
        Self { functions, pin, level }
    }

    fn drive(&mut self, level: Level) {
        self.level = level;
        (self.functions.drive)(self.pin, level);
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
    functions: PinFunctions,
    pin: Gpio,
}

impl Pwm {
    pub(super) fn new(functions: PinFunctions, pin: Gpio) -> Self {
        Self { functions, pin }
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
        (self.functions.dim)(self.pin, duty.min(1_000));
        Ok(())
    }
}

/// A pin that is read.
#[derive(Clone, Copy)]
pub struct Input {
    functions: PinFunctions,
    pin: Gpio,
}

impl Input {
    pub(super) fn new(functions: PinFunctions, pin: Gpio) -> Self {
        Self { functions, pin }
    }
}

impl ErrorType for Input {
    type Error = Infallible;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok((self.functions.read)(self.pin) == Level::High)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        Ok((self.functions.read)(self.pin) == Level::Low)
    }
}

/// Waits; nothing else of the node happens meanwhile, so keep it to milliseconds.
#[derive(Clone, Copy)]
pub struct Delay {
    functions: PinFunctions,
}

impl Delay {
    pub(super) fn new(functions: PinFunctions) -> Self {
        Self { functions }
    }
}

impl DelayNs for Delay {
    fn delay_ns(&mut self, ns: u32) {
        (self.functions.wait)(ns.div_ceil(1_000));
    }

    fn delay_us(&mut self, us: u32) {
        (self.functions.wait)(us);
    }

    fn delay_ms(&mut self, ms: u32) {
        for _ in 0..ms {
            (self.functions.wait)(1_000);
        }
    }
}
