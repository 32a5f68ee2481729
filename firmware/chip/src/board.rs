//! The pins, the analog input and the serial log of a real board.

use crate::{SAYS, pads, sdk};
use fleetwright_node::{Board, Gpio, LOCAL, Level, Mode, Pull, Route, Topic};

/// What UART0 is driven with, divided by the serial log's speed.
const DIVIDER: u32 = 80_000_000 / 115_200;
/// Bytes of a log line that are printed at a time.
const CHUNK: usize = 96;
/// The only GPIO that belongs to the real-time clock.
const RTC: Gpio = Gpio(16);

/// The board a node runs on.
pub(crate) struct Pins {
    /// Whether any pin is an input: a change of it has to be looked for.
    pub(crate) watched: bool,
}

impl Pins {
    /// Sets up the serial log.
    pub(crate) fn new() -> Self {
        // SAFETY: the SDK's own function for that, on the port that it uses itself.
        unsafe { sdk::uart_div_modify(0, DIVIDER) };
        Self { watched: false }
    }
}

fn change(register: u32, change: impl FnOnce(u32) -> u32) {
    let register = register as usize as *mut u32;
    // SAFETY: `pads` has no address but of registers of this chip, which are there always and are read and written
    // as words.
    unsafe { register.write_volatile(change(register.read_volatile())) };
}

fn set(pin: Gpio, level: Level, enable: bool) {
    let bit = 1 << pin.0;
    let (high, low) = if level == Level::High { (bit, 0) } else { (0, bit) };
    // SAFETY: the ROM's function for that; pins of the flash chip have no pad and never come here.
    unsafe { sdk::gpio_output_set(high, low, if enable { bit } else { 0 }, 0) };
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
                crate::dimmers::add(pin, level);
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
        if !crate::dimmers::dim(pin, permille) {
            self.drive(pin, if permille >= 500 { Level::High } else { Level::Low });
        }
    }

    #[cfg(feature = "custom")]
    fn wires(&self) -> fleetwright_node::custom::Wires {
        crate::wires::WIRES
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
        for chunk in parts.iter().flat_map(|part| part.chunks(CHUNK)) {
            print(chunk);
        }
        // SAFETY: a text for the SDK's `printf`, without arguments.
        unsafe { sdk::os_printf_plus(c"\n".as_ptr()) };
    }
}

/// Prints at most [`CHUNK`] bytes. One event is one line and ends at its end, whatever a message held.
fn print(bytes: &[u8]) {
    let mut text = [0; CHUNK + 1];
    for (place, byte) in text.iter_mut().zip(bytes.iter().take(CHUNK)) {
        *place = if *byte < b' ' || *byte == 0x7F { b'.' } else { *byte };
    }
    // SAFETY: one text for one `%s`, with a zero at its end.
    unsafe { sdk::os_printf_plus(c"%s".as_ptr(), text.as_ptr()) };
}
