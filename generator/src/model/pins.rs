//! Pins of boards, and what a role may ask of one.

/// A pin of a board: exists on it and is not taken by its flash memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pin {
    gpio: u8,
    /// How the board is labelled there, or `GPIO5` where it has no other name.
    label: String,
    /// For `pin: auto`: why this one.
    why: Option<String>,
}

impl Pin {
    /// Only the board catalogue makes pins: it knows which exist.
    pub(in crate::model) fn new(gpio: u8, label: String) -> Self {
        Self { gpio, label, why: None }
    }

    /// The same pin, chosen by ourselves.
    pub(crate) fn chosen(self, why: String) -> Self {
        Self { why: Some(why), ..self }
    }

    /// For `pin: auto`: why this one.
    pub fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// The number in the data sheet; 17 is the analog input.
    pub fn gpio(&self) -> u8 {
        self.gpio
    }

    /// What is printed on the board.
    pub fn label(&self) -> &str {
        &self.label
    }
}

/// The chip's own resistor at an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// None: a resistor of the user's own, or a sensor that drives the line.
    None,
    /// A resistor of the chip to 3.3 V.
    Up,
    /// A resistor of the chip to GND.
    Down,
}

/// The level of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 0 V.
    Low,
    /// 3.3 V.
    High,
}

impl Level {
    /// High or low.
    pub fn high(is_high: bool) -> Self {
        if is_high { Self::High } else { Self::Low }
    }

    /// Whether it is high.
    pub fn is_high(self) -> bool {
        self == Self::High
    }
}

impl Pull {
    /// The level of a button while it is pressed: it pulls against its resistor. Without the chip's own it is wired to GND.
    pub fn pressed_level(self) -> Level {
        Level::high(self == Self::Down)
    }
}
