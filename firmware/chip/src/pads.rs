//! The chip's pads: which register of the IO multiplexer makes a pad a GPIO, and how. Addresses and numbers as in
//! ESP8266_NONOS_SDK 3.0.6, `include/eagle_soc.h`; GPIO16 as in `driver_lib/driver/gpio16.c`.

use fleetwright_node::{Gpio, Pull};

/// The first register of the IO multiplexer.
const MULTIPLEXER: u32 = 0x6000_0800;
/// The bits that pick a pad's function.
const FUNCTION: u32 = 0x130;
/// The bit that switches a pad's pull-up on.
const PULL_UP: u32 = 1 << 7;

/// GPIO16 is a pad of the real-time clock, with registers of its own: what it gives out,
pub const RTC_OUT: u32 = 0x6000_0768;
/// whether it gives anything out,
pub const RTC_ENABLE: u32 = 0x6000_0774;
/// what it carries,
pub const RTC_IN: u32 = 0x6000_078C;
/// and two that make it a GPIO.
pub const RTC_CONFIGURATION: u32 = 0x6000_0790;
/// See [`RTC_CONFIGURATION`]; its bit 3 switches the pull-down on.
pub const RTC_PAD: u32 = 0x6000_07A0;
/// The pull-down of GPIO16, in [`RTC_PAD`].
const PULL_DOWN: u32 = 1 << 3;

/// For each GPIO its register, counted in bytes from the first, and the function that makes it one. `None`: the pad
/// belongs to the flash chip.
const PADS: [Option<(u8, u8)>; 16] = [
    Some((0x34, 0)), // GPIO0
    Some((0x18, 3)), // U0TXD
    Some((0x38, 0)), // GPIO2
    Some((0x14, 3)), // U0RXD
    Some((0x3C, 0)), // GPIO4
    Some((0x40, 0)), // GPIO5
    None,
    None,
    None,
    Some((0x28, 3)), // SD_DATA2
    Some((0x2C, 3)), // SD_DATA3
    None,
    Some((0x04, 3)), // MTDI
    Some((0x08, 3)), // MTCK
    Some((0x0C, 3)), // MTMS
    Some((0x10, 3)), // MTDO
];

/// The address of the pad's register in the multiplexer; `None`: no pad that a node may use, or GPIO16.
pub fn register(pin: Gpio) -> Option<u32> {
    let (offset, _) = (*PADS.get(usize::from(pin.0))?)?;
    Some(MULTIPLEXER + u32::from(offset))
}

/// The number of the function that makes the pad a GPIO; 0 where there is no pad.
pub fn function(pin: Gpio) -> u32 {
    PADS.get(usize::from(pin.0)).copied().flatten().map_or(0, |(_, function)| u32::from(function))
}

/// What to write into the pad's register, which says `before`, to make the pad a GPIO with this resistor.
pub fn as_gpio(pin: Gpio, before: u32, pull: Pull) -> u32 {
    let function = function(pin);
    let function = ((function & 4) << 2 | function & 3) << 4;
    let pull = if pull == Pull::Up { PULL_UP } else { 0 };
    before & !(FUNCTION | PULL_UP) | function | pull
}

/// What to write into [`RTC_PAD`], which says `before`, to make GPIO16 a GPIO with this resistor.
pub fn as_gpio16(before: u32, pull: Pull) -> u32 {
    let pull = if pull == Pull::Down { PULL_DOWN } else { 0 };
    before & !(0x43 | PULL_DOWN) | 1 | pull
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pads_of_the_flash_chip_are_never_touched() {
        for pin in [6, 7, 8, 11, 16, 17, 255] {
            assert_eq!(register(Gpio(pin)), None, "GPIO{pin}");
        }
    }

    #[test]
    fn every_other_pad_has_a_register_of_its_own() {
        let registers: [u32; 12] =
            [0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 15].map(|pin| register(Gpio(pin)).expect("pad"));
        for (index, register) in registers.iter().enumerate() {
            assert!(registers.iter().skip(index + 1).all(|other| other != register));
            assert_eq!(register % 4, 0);
        }
    }

    #[test]
    fn a_pad_becomes_a_gpio_and_keeps_its_other_bits() {
        assert_eq!(as_gpio(Gpio(12), 0x0000_0140, Pull::None), 0x0000_0070);
        assert_eq!(as_gpio(Gpio(4), 0x0000_0130, Pull::Up), 0x0000_0080);
        assert_eq!(as_gpio(Gpio(4), 0x0000_0081, Pull::None), 0x0000_0001);
    }

    #[test]
    fn gpio16_alone_has_a_pull_down() {
        assert_eq!(as_gpio16(0x43, Pull::None), 1);
        assert_eq!(as_gpio16(0x80, Pull::Down), 0x89);
        assert_eq!(as_gpio(Gpio(5), 0, Pull::Down), 0);
    }
}
