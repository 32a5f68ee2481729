//! The chip: what it can do with each pin, from a file in which each fact has a source.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The number that stands for the analog input.
pub(crate) const ANALOG: u8 = 17;
/// Sizes of flash memory for which there is a flash map, in KiB.
pub(crate) const FLASH_SIZES: [u32; 6] = [512, 1024, 2048, 4096, 8192, 16_384];

const CHIP: &str = include_str!("../../../boards/esp8266.yaml");
/// What the file says of pins; each of them has a source there.
const FACTS: [&str; 11] =
    ["astray", "boot", "class", "default", "i2c", "irq", "pull_down", "pull_up", "pwm", "strap", "uart"];

/// The chips that boards have. Their pins are the same, but for those at which an ESP8266 has its flash memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ChipName {
    /// Its flash memory is outside.
    Esp8266,
    /// Its flash memory is inside, and leaves GPIO9 and GPIO10 free.
    Esp8285,
}

/// What a pin is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Class {
    /// No second job, and at rest when the power comes.
    Best,
    /// No second job.
    Good,
    /// Has a level at reset that decides how the chip starts.
    Strap,
    /// A line of UART0.
    Serial,
    /// Belongs to the clock.
    Limited,
    /// A line of the flash memory.
    Flash,
    /// A line of the flash memory that a chip with flash memory inside leaves free.
    FlashQuad,
    /// The analog input.
    Analog,
}

/// The level that a pin needs at reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Strap {
    #[default]
    /// The chip starts with either level.
    None,
    /// It must be high.
    High,
    /// It must be low.
    Low,
    /// Nothing may pull it low.
    NotLow,
}

/// What a pin does from reset until the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Boot {
    /// Nothing drives it: it floats.
    HighZ,
    /// A weak resistor pulls it up.
    PulledUp,
    /// The chip drives it high.
    High,
    /// High, with what the chip prints when it starts.
    HighChatter,
    /// A resistor of the board pulls it down.
    LowByBoard,
    /// Published measurements of this pin disagree.
    Disputed,
}

/// Whether a pin can carry pulses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pwm {
    /// The pin can carry PWM.
    Full,
    /// Sources disagree, so it counts as one that can not.
    Disputed,
}

/// A line of the serial log's UART.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Uart {
    /// The chip sends on it.
    Uart0Tx,
    /// The chip receives new firmware on it.
    Uart0Rx,
}

/// The line of a bus that a pin usually is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BusLine {
    /// The data of I2C.
    I2cSda,
    /// The clock of I2C.
    I2cScl,
}

/// What the chip can do with a pin.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gpio {
    pub(crate) class: Class,
    #[serde(default)]
    pub(crate) pull_up: bool,
    #[serde(default)]
    pub(crate) pull_down: bool,
    #[serde(default)]
    pub(crate) irq: bool,
    pub(crate) pwm: Option<Pwm>,
    #[serde(default)]
    pub(crate) i2c: bool,
    #[serde(default)]
    pub(crate) strap: Strap,
    pub(crate) boot: Option<Boot>,
    /// What the chip does instead of starting where the level at reset is wrong: `looks for …`.
    #[serde(default)]
    pub(crate) astray: String,
    pub(crate) uart: Option<Uart>,
    pub(crate) default: Option<BusLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chip {
    chip: ChipName,
    sources: BTreeMap<String, String>,
    gpio: BTreeMap<u8, Gpio>,
}

impl BusLine {
    /// What a role calls its pin for this line: `sda`.
    pub(crate) fn pin(self) -> &'static str {
        match self {
            Self::I2cSda => "sda",
            Self::I2cScl => "scl",
        }
    }
}

impl Gpio {
    /// Whether it goes to the flash memory of chips whose flash memory is outside.
    fn is_flash(&self) -> bool {
        matches!(self.class, Class::Flash | Class::FlashQuad)
    }

    /// Whether a board with this chip can use it.
    pub(crate) fn is_free_on(&self, chip: ChipName) -> bool {
        !self.is_flash() || (chip == ChipName::Esp8285 && self.class == Class::FlashQuad)
    }
}

/// Reads the chip's file: the pins, or what is wrong with it.
fn read(text: &str) -> Result<BTreeMap<u8, Gpio>, String> {
    let file: Chip = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
    if file.chip != ChipName::Esp8266 {
        return Err("the file is about another chip".into());
    }
    if let Some(fact) = FACTS.iter().find(|fact| !file.sources.contains_key(**fact)) {
        return Err(format!("`{fact}` has no source"));
    }
    Ok(file.gpio)
}

/// What the chip can do with a pin; `None`: it has no such pin.
pub(crate) fn gpio(number: u8) -> Option<&'static Gpio> {
    static PINS: OnceLock<BTreeMap<u8, Gpio>> = OnceLock::new();
    PINS.get_or_init(|| read(CHIP).expect("the chip's file is ours")).get(&number)
}

/// How good a pin without a second job is, best first.
pub(crate) fn rank(number: u8) -> Option<u8> {
    match gpio(number)?.class {
        Class::Best => Some(0),
        Class::Good => Some(1),
        _ => None,
    }
}

/// Whether the pin goes to the flash memory of boards whose flash memory is outside of the chip.
pub(crate) fn is_flash(number: u8) -> bool {
    gpio(number).is_some_and(Gpio::is_flash)
}

#[cfg(test)]
mod tests {
    use super::{CHIP, read};

    #[test]
    fn what_the_file_can_not_say_is_refused() {
        let with = |from: &str, to: &str| {
            assert!(CHIP.contains(from), "the file has no `{from}`");
            read(&CHIP.replacen(from, to, 1)).map(|pins| pins.len())
        };
        assert_eq!(read(CHIP).map(|pins| pins.len()), Ok(18));
        let wrong = [
            ("class: strap", "class: strapped"),
            ("strap: high", "strap: up"),
            ("boot: pulled_up", "boot: pulledup"),
            ("pwm: full", "pwm: yes"),
            ("uart: uart0_tx", "uart: uart0_tx, adc: true"),
            ("default: i2c_sda", "default: spi_miso"),
            ("chip: esp8266", "chip: esp8285"),
            ("chip: esp8266", "chip: esp32"),
            ("  boot: ", "  boots: "),
        ];
        for (from, to) in wrong {
            assert!(with(from, to).is_err(), "`{to}` was taken");
        }
    }
}
