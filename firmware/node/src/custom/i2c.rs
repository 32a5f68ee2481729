//! An I2C bus on two pins, by hand: open drain, 100 kHz at most, with clock stretching up to a limit.

use crate::pin::{Gpio, Level};
use crate::pin_functions::PinFunctions;
use embedded_hal::i2c::{Error, ErrorKind, ErrorType, NoAcknowledgeSource, Operation, SevenBitAddress};

/// Half a clock, in microseconds.
const HALF: u32 = 5;
/// How long a device may hold the clock low, in polls of [`POLL`] microseconds: the 25 ms of SMBus.
const POLLS: u32 = 2_500;
const POLL: u32 = 10;

/// Why a transfer over the bus failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BusError {
    /// No device has this address.
    NobodyThere,
    /// The device acknowledged its address but not a byte of data.
    Refused,
    /// A device held the clock for too long.
    Stretched,
    /// Data stays low: a short circuit, no resistor, or a device that hangs.
    Stuck,
}

impl Error for BusError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NobodyThere => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            Self::Refused => ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data),
            Self::Stretched => ErrorKind::Other,
            Self::Stuck => ErrorKind::Bus,
        }
    }
}

/// An I2C bus; the only master on it.
#[derive(Clone, Copy)]
pub struct I2c {
    functions: PinFunctions,
    sda: Gpio,
    scl: Gpio,
}

impl I2c {
    pub(super) fn new(functions: PinFunctions, sda: Gpio, scl: Gpio) -> Self {
        let bus = Self { functions, sda, scl };
        bus.data(Level::High);
        bus.clock(Level::High);
        bus
    }

    fn data(&self, level: Level) {
        (self.functions.pull)(self.sda, level);
        (self.functions.wait)(HALF);
    }

    fn clock(&self, level: Level) {
        (self.functions.pull)(self.scl, level);
        (self.functions.wait)(HALF);
    }

    /// Releases the clock and waits until the device releases it, too.
    fn clock_up(&self) -> Result<(), BusError> {
        self.clock(Level::High);
        for _ in 0..POLLS {
            if (self.functions.read)(self.scl) == Level::High {
                return Ok(());
            }
            (self.functions.wait)(POLL);
        }
        Err(BusError::Stretched)
    }

    fn is_data_high(&self) -> bool {
        (self.functions.read)(self.sda) == Level::High
    }

    fn start(&self) -> Result<(), BusError> {
        self.data(Level::High);
        self.clock_up()?;
        // A device that was interrupted while it sent may hold the line until it has sent its byte.
        for _ in 0..9 {
            if self.is_data_high() {
                break;
            }
            self.clock(Level::Low);
            self.clock_up()?;
        }
        if !self.is_data_high() {
            return Err(BusError::Stuck);
        }
        self.data(Level::Low);
        self.clock(Level::Low);
        Ok(())
    }

    fn stop(&self) -> Result<(), BusError> {
        self.data(Level::Low);
        self.clock_up()?;
        self.data(Level::High);
        Ok(())
    }

    fn write_bit(&self, high: bool) -> Result<(), BusError> {
        self.data(if high { Level::High } else { Level::Low });
        self.clock_up()?;
        self.clock(Level::Low);
        Ok(())
    }

    fn read_bit(&self) -> Result<bool, BusError> {
        self.data(Level::High);
        self.clock_up()?;
        let high = self.is_data_high();
        self.clock(Level::Low);
        Ok(high)
    }

    /// Whether the device acknowledged.
    fn write_byte(&self, byte: u8) -> Result<bool, BusError> {
        for bit in (0..8).rev() {
            self.write_bit(byte >> bit & 1 == 1)?;
        }
        Ok(!self.read_bit()?)
    }

    fn read_byte(&self, last: bool) -> Result<u8, BusError> {
        let mut byte = 0;
        for _ in 0..8 {
            byte = byte << 1 | u8::from(self.read_bit()?);
        }
        self.write_bit(last)?;
        Ok(byte)
    }

    fn transfer(&self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), BusError> {
        let mut before = None;
        let mut rest = operations;
        while let [operation, later @ ..] = rest {
            let reading = matches!(operation, Operation::Read(_));
            if before != Some(reading) {
                self.start()?;
                if !self.write_byte(address << 1 | u8::from(reading))? {
                    return Err(BusError::NobodyThere);
                }
                before = Some(reading);
            }
            // The last byte of all that is read in a row is the one that is not acknowledged.
            let goes_on = matches!(later.first(), Some(Operation::Read(_)));
            match operation {
                Operation::Write(bytes) => {
                    for byte in *bytes {
                        if !self.write_byte(*byte)? {
                            return Err(BusError::Refused);
                        }
                    }
                }
                Operation::Read(bytes) => {
                    let count = bytes.len();
                    for (index, byte) in bytes.iter_mut().enumerate() {
                        *byte = self.read_byte(!goes_on && index + 1 == count)?;
                    }
                }
            }
            rest = later;
        }
        Ok(())
    }
}

impl ErrorType for I2c {
    type Error = BusError;
}

impl embedded_hal::i2c::I2c<SevenBitAddress> for I2c {
    fn transaction(&mut self, address: u8, operations: &mut [Operation<'_>]) -> Result<(), BusError> {
        let done = self.transfer(address, operations);
        // The bus is left free also where something went wrong; what went wrong first is the answer.
        let stopped = self.stop();
        done.and(stopped)
    }
}
