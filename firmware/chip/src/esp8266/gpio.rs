//! The pads of the chip as inputs and outputs. Knows no node; which register belongs to which pad is told by
//! [`pads`](crate::pads).

use super::sdk;
use crate::pads;
use fleetwright_node::{Gpio, Level, Mode, Pull};

/// The only GPIO that belongs to the real-time clock.
const RTC: Gpio = Gpio(16);

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

/// Makes a pin an input or an output.
pub(crate) fn configure(pin: Gpio, mode: Mode) {
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
    if pin == RTC {
        if let Mode::Output(level) = mode {
            drive(pin, level);
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

/// The level of a pin now.
pub(crate) fn read(pin: Gpio) -> Level {
    let high = if pin == RTC {
        // SAFETY: a register of this chip, which is there always.
        unsafe { (pads::RTC_IN as usize as *const u32).read_volatile() & 1 == 1 }
    } else {
        // SAFETY: the ROM's function reads a register.
        unsafe { sdk::gpio_input_get() >> (pin.0 & 15) & 1 == 1 }
    };
    if high { Level::High } else { Level::Low }
}

/// Drives an output.
pub(crate) fn drive(pin: Gpio, level: Level) {
    if pin == RTC {
        change(pads::RTC_OUT, |before| before & !1 | u32::from(level == Level::High));
    } else if pads::register(pin).is_some() {
        set(pin, level, false);
    }
}

/// Lets an output be high for so many thousandths of the time; a pin that no timer drives rounds to low or high.
pub(crate) fn dim(pin: Gpio, permille: u16) {
    #[cfg(feature = "dims")]
    if super::dimmers::dim(pin, permille) {
        return;
    }
    drive(pin, if permille >= 500 { Level::High } else { Level::Low });
}
