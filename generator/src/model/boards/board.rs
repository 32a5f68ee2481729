//! A board: which pins it brings out, how they are labelled, and what of its own is wired to them.

use super::chip::{self, ANALOG};
use crate::model::pins::Pin;
use std::collections::BTreeMap;

/// What the catalogue or a fleet states of a board; what is left out is as on the board that it is like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) flash_kb: Option<u32>,
    pub(crate) exposed: Option<Vec<u8>>,
    pub(crate) led: Option<Vec<u8>>,
    pub(crate) button: Option<Vec<u8>>,
    pub(crate) a0_volts: Option<f32>,
    pub(crate) aliases: BTreeMap<String, u8>,
}

/// A board: its chip, its flash memory and the pins that it brings out.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// Flash memory, in KiB.
    pub flash_kb: u32,
    /// The GPIOs that it brings out.
    pub(crate) exposed: Vec<u8>,
    pub(super) led: Vec<u8>,
    pub(super) button: Vec<u8>,
    /// The voltage at A0 that reads 1023; `None`: no A0.
    pub(super) a0_volts: Option<f32>,
    aliases: BTreeMap<String, u8>,
}

/// Why a text names no pin of a board.
pub(crate) enum NoPin {
    /// Neither a label of the board nor a GPIO that it brings out.
    Unknown,
    /// A GPIO that the flash memory is wired to.
    Flash(u8),
}

impl Board {
    /// This board with other facts.
    pub(crate) fn with(mut self, facts: &Facts) -> Self {
        self.flash_kb = facts.flash_kb.unwrap_or(self.flash_kb);
        self.exposed = facts.exposed.clone().unwrap_or(self.exposed);
        self.led = facts.led.clone().unwrap_or(self.led);
        self.button = facts.button.clone().unwrap_or(self.button);
        self.a0_volts = facts.a0_volts.or(self.a0_volts);
        self.aliases.extend(facts.aliases.clone());
        self.aliases.retain(|_, gpio| self.exposed.contains(gpio));
        self
    }

    /// The pin with this label or number (`D1`, `GPIO5`, `5`, `A0`).
    pub(crate) fn pin(&self, text: &str) -> Result<Pin, NoPin> {
        let number = text.strip_prefix("GPIO").unwrap_or(text).parse::<u8>().ok().filter(|number| *number < ANALOG);
        let number = if text == "A0" { Some(ANALOG) } else { number };
        let number = self.aliases.get(text).copied().or(number).ok_or(NoPin::Unknown)?;
        if !self.exposed.contains(&number) {
            return Err(if chip::is_flash(number) { NoPin::Flash(number) } else { NoPin::Unknown });
        }
        Ok(Pin::new(number, self.label(number)))
    }

    /// The number of the pin with this label or number; `None`: the board brings out no such pin. 17 is the analog input.
    pub fn gpio(&self, text: &str) -> Option<u8> {
        self.pin(text).ok().map(|pin| pin.gpio())
    }

    /// What is printed on the board at a pin.
    fn label(&self, number: u8) -> String {
        let here = self.aliases.iter().filter(|(_, gpio)| **gpio == number).map(|(label, _)| label);
        match here.min_by_key(|label| (label.chars().count(), *label)) {
            Some(label) => label.clone(),
            None if number == ANALOG => "A0".into(),
            None => format!("GPIO{number}"),
        }
    }

    /// All pins, in the order of their numbers.
    pub(crate) fn pins(&self) -> impl Iterator<Item = Pin> {
        self.exposed.iter().map(|number| Pin::new(*number, self.label(*number)))
    }

    /// All labels of pins, for messages: `D0, D1, …`.
    pub(crate) fn labels(&self) -> Vec<String> {
        self.exposed.iter().map(|number| self.label(*number)).collect()
    }

    /// Pins without a second job, best first.
    pub(crate) fn good(&self) -> Vec<Pin> {
        let mut pins: Vec<(u8, Pin)> = self.pins().filter_map(|pin| Some((chip::rank(pin.gpio())?, pin))).collect();
        pins.sort();
        pins.into_iter().map(|(_, pin)| pin).collect()
    }

    /// Whether an LED of the board's own hangs at the pin.
    pub(crate) fn has_led(&self, number: u8) -> bool {
        self.led.contains(&number)
    }

    /// Whether a button of the board's own connects the pin with GND.
    pub(crate) fn has_button(&self, number: u8) -> bool {
        self.button.contains(&number)
    }

    /// The voltage at A0 that gives the highest reading.
    pub fn a0_volts(&self) -> f32 {
        self.a0_volts.unwrap_or(1.0)
    }
}
