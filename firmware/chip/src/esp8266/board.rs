//! The pins, the analog input and the serial log of a real board, as a node sees them.

use super::{gpio, sdk, serial};
use crate::log::SAYS;
use fleetwright_node::{Board, Gpio, LOCAL, Level, Mode, Route, Topic};

/// The board a node runs on.
pub(crate) struct Pins {
    /// Whether any pin is an input: a change of it has to be looked for.
    pub(crate) watched: bool,
}

impl Pins {
    /// Sets up the serial log.
    pub(crate) fn new() -> Self {
        serial::set_up();
        Self { watched: false }
    }
}

impl Board for Pins {
    fn configure(&mut self, pin: Gpio, mode: Mode) {
        self.watched |= matches!(mode, Mode::Input(_));
        gpio::configure(pin, mode);
    }

    fn read(&mut self, pin: Gpio) -> Level {
        gpio::read(pin)
    }

    fn drive(&mut self, pin: Gpio, level: Level) {
        gpio::drive(pin, level);
    }

    #[cfg(feature = "dims")]
    fn dim(&mut self, pin: Gpio, permille: u16) {
        gpio::dim(pin, permille);
    }

    #[cfg(feature = "custom")]
    fn pin_functions(&self) -> fleetwright_node::PinFunctions {
        super::pin_functions::FUNCTIONS
    }

    fn analog(&mut self) -> u16 {
        // SAFETY: a plain reading. Full scale is 1024, one more than a node knows.
        unsafe { sdk::system_adc_read() }.min(1023)
    }

    fn said(&mut self, topic: &Topic, path: &str, payload: &[u8]) {
        // What goes over the broker can be seen there.
        if LOCAL && topic.route == Route::Local {
            self.log(&[SAYS.as_bytes(), path.as_bytes(), b" ", payload]);
        }
    }

    fn log(&mut self, parts: &[&[u8]]) {
        serial::log(parts);
    }
}
