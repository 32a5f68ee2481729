//! What the world does to a node's inputs.

use super::{MalformedLine, fields, gpio, level, level_name};
use crate::HIGHEST_READING;
use core::fmt;
use fleetwright_devices::DeviceKind;

/// What a BME280 measures, within its limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bme280 {
    celsius: f32,
    percent: f32,
    hectopascal: f32,
    kind: DeviceKind,
}

impl Bme280 {
    /// Temperature in °C, relative humidity in %, pressure in hPa; an error outside of what the sensor measures.
    pub fn new(celsius: f32, percent: f32, hectopascal: f32) -> Result<Self, &'static str> {
        Ok(Self { celsius, percent, hectopascal, kind: DeviceKind::bme280(celsius, percent, hectopascal)? })
    }

    /// The device with these measurements.
    pub fn kind(self) -> DeviceKind {
        self.kind
    }
}

/// An input of a node, and what it is from now on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Input {
    /// The world puts a level on a pin.
    Pin {
        /// GPIO, 0 to 16.
        gpio: u8,
        /// Whether the level is high.
        high: bool,
    },
    /// A0 reads this, 0 to 1023.
    Analog(u16),
    /// This device is on the I2C bus of two pins.
    Device {
        /// GPIO of the data line.
        sda: u8,
        /// GPIO of the clock line.
        scl: u8,
        /// What the device measures.
        measures: Bme280,
    },
}

impl Input {
    /// Whether both are about the same pin, reading or device: then the later one counts.
    pub fn replaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Pin { gpio, .. }, Self::Pin { gpio: other, .. }) => gpio == other,
            (Self::Analog(_), Self::Analog(_)) => true,
            (Self::Device { sda, scl, .. }, Self::Device { sda: data, scl: clock, .. }) => (sda, scl) == (data, clock),
            _ => false,
        }
    }

    /// Reads a line that is an input; `None`: it is another command.
    pub(super) fn read_if_any(line: &str) -> Option<Result<Self, MalformedLine<'_>>> {
        let (expected, read): (_, fn(&str) -> Option<Self>) = match line.split_whitespace().next()? {
            "pin" => ("`pin GPIO low` or `pin GPIO high`, with a GPIO from 0 to 16", pin),
            "analog" => ("`analog READING`, from 0 to 1023", analog),
            "bme280" => (
                "`bme280 SDA SCL CELSIUS PERCENT HECTOPASCAL`; it measures -40 to 85 °C, 0 to 100 % and 300 to 1100 hPa",
                bme280,
            ),
            _ => return None,
        };
        Some(read(line).ok_or(MalformedLine { line, expected }))
    }

    /// Reads an input.
    pub fn read(line: &str) -> Result<Self, MalformedLine<'_>> {
        Self::read_if_any(line)
            .unwrap_or(Err(MalformedLine { line, expected: "an input: `pin`, `analog` or `bme280`" }))
    }
}

fn pin(line: &str) -> Option<Input> {
    let [pin, carried] = fields(line)?;
    Some(Input::Pin { gpio: gpio(pin)?, high: level(carried)? })
}

fn analog(line: &str) -> Option<Input> {
    let [reading] = fields(line)?;
    reading.parse().ok().filter(|reading| *reading <= HIGHEST_READING).map(Input::Analog)
}

fn bme280(line: &str) -> Option<Input> {
    let [sda, scl, celsius, percent, hectopascal] = fields(line)?;
    let number = |field: &str| field.parse().ok();
    let measures = Bme280::new(number(celsius)?, number(percent)?, number(hectopascal)?).ok()?;
    Some(Input::Device { sda: gpio(sda)?, scl: gpio(scl)?, measures })
}

impl fmt::Display for Input {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pin { gpio, high } => write!(out, "pin {gpio} {}", level_name(*high)),
            Self::Analog(reading) => write!(out, "analog {reading}"),
            Self::Device { sda, scl, measures: Bme280 { celsius, percent, hectopascal, .. } } => {
                write!(out, "bme280 {sda} {scl} {celsius} {percent} {hectopascal}")
            }
        }
    }
}
