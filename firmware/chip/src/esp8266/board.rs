//! The pins, the analog input and the serial log of a real board, as a node sees them.

use super::gpio::{RTC, change, set};
use super::{sdk, serial};
use crate::log::LOCAL_MESSAGE;
use crate::pads;
use fleetwright_node::{Board, Gpio, LOCAL, Level, Mode, Pull, Topic};

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
        let pull = match mode {
            Mode::Input(pull) => pull,
            Mode::Output(_) | Mode::Dimmed(_) => Pull::None,
        };
        let mode = match mode {
            Mode::Dimmed(level) => {
                #[cfg(feature = "dims")]
                super::dimmers::add(pin, level);
                Mode::Output(level)
            }
            mode => mode,
        };
        self.watched |= matches!(mode, Mode::Input(_));
        if pin == RTC {
            if let Mode::Output(level) = mode {
                self.drive(pin, level);
            }
            change(pads::RTC_PAD, |before| pads::as_gpio16(before, pull));
            change(pads::RTC_CONFIGURATION, |before| before & !1);
            change(pads::RTC_ENABLE, |before| before & !1 | u32::from(matches!(mode, Mode::Output(_))));
            return;
        }
        let Some(register) = pads::register(pin) else { return };
        match mode {
            // The level first: a relay must not click because a pin was an output for a moment too early.
            Mode::Output(level) => set(pin, level, true),
            // SAFETY: as in `set`.
            Mode::Dimmed(_) | Mode::Input(_) => unsafe { sdk::gpio_output_set(0, 0, 0, 1 << pin.0) },
        }
        change(register, |before| pads::as_gpio(pin, before, pull));
    }

    fn read(&mut self, pin: Gpio) -> Level {
        let high = if pin == RTC {
            // SAFETY: a register of this chip, which is there always.
            unsafe { (pads::RTC_IN as usize as *const u32).read_volatile() & 1 == 1 }
        } else {
            // SAFETY: the ROM's function reads a register.
            unsafe { sdk::gpio_input_get() >> (pin.0 & 15) & 1 == 1 }
        };
        if high { Level::High } else { Level::Low }
    }

    fn drive(&mut self, pin: Gpio, level: Level) {
        if pin == RTC {
            change(pads::RTC_OUT, |before| before & !1 | u32::from(level == Level::High));
        } else if pads::register(pin).is_some() {
            set(pin, level, false);
        }
    }

    #[cfg(feature = "dims")]
    fn dim(&mut self, pin: Gpio, permille: u16) {
        if !super::dimmers::dim(pin, permille) {
            self.drive(pin, if permille >= 500 { Level::High } else { Level::Low });
        }
    }

    #[cfg(feature = "custom")]
    fn pin_functions(&self) -> fleetwright_node::PinFunctions {
        FUNCTIONS
    }

    fn analog(&mut self) -> u16 {
        // SAFETY: a plain reading. Full scale is 1024, one more than a node knows.
        unsafe { sdk::system_adc_read() }.min(1023)
    }

    #[cfg(feature = "keeps")]
    fn kept(&mut self, key: u32) -> Option<u16> {
        super::kept::log()?.value(key)
    }

    #[cfg(feature = "keeps")]
    fn keep(&mut self, key: u32, value: u16) {
        if !super::kept::log().is_some_and(|mut log| log.keep(key, value)) {
            self.log(&[b"the flash memory keeps nothing"]);
        }
    }

    fn published(&mut self, topic: &Topic, path: &str, payload: &[u8]) {
        // What goes over the broker can be seen there.
        if LOCAL && topic.route.stays_here() {
            self.log(&[LOCAL_MESSAGE.as_bytes(), path.as_bytes(), b" ", payload]);
        }
    }

    fn log(&mut self, parts: &[&[u8]]) {
        serial::log(parts);
    }
}

/// The pins as plain functions. Inputs of custom roles are not sampled, so nothing is kept of them.
#[cfg(feature = "custom")]
const FUNCTIONS: fleetwright_node::PinFunctions = {
    /// A board without state of its own.
    fn pins() -> Pins {
        Pins { watched: false }
    }
    fleetwright_node::PinFunctions {
        configure: |pin, mode| pins().configure(pin, mode),
        read: |pin| pins().read(pin),
        drive: |pin, level| pins().drive(pin, level),
        dim: |pin, permille| pins().dim(pin, permille),
        // Low drives, high releases: the pad's pull-up and those of the bus do the rest.
        pull: |pin, level| {
            pins().configure(pin, if level == Level::Low { Mode::Output(Level::Low) } else { Mode::Input(Pull::Up) });
        },
        wait: super::custom::wait,
    }
};
