//! Access to the registers of the pads. Which register belongs to which pad is told by [`pads`](crate::pads).

use super::sdk;
use fleetwright_node::{Gpio, Level};

/// The only GPIO that belongs to the real-time clock.
pub(crate) const RTC: Gpio = Gpio(16);

/// Changes a register.
pub(crate) fn change(register: u32, change: impl FnOnce(u32) -> u32) {
    let register = register as usize as *mut u32;
    // SAFETY: `pads` has no address but of registers of this chip, which are there always and are read and written
    // as words.
    unsafe { register.write_volatile(change(register.read_volatile())) };
}

/// Sets the level of a pad's output; `enable`: makes the pad an output, too.
pub(crate) fn set(pin: Gpio, level: Level, enable: bool) {
    let bit = 1 << pin.0;
    let (high, low) = if level == Level::High { (bit, 0) } else { (0, bit) };
    // SAFETY: the ROM's function for that; pins of the flash chip have no pad and never come here.
    unsafe { sdk::gpio_output_set(high, low, if enable { bit } else { 0 }, 0) };
}
