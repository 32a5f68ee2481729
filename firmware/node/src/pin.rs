//! A pin as the data sheet names it: its number, its level, its resistor and its use. Knows no board.

/// A GPIO of the ESP8266, by its number in the data sheet (0 to 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gpio(pub u8);

/// The level of a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Near 0 V.
    Low,
    /// Near 3.3 V.
    High,
}

/// The resistor inside the chip that holds an input when nothing drives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pull {
    /// No resistor: the circuit outside decides.
    None,
    /// Towards 3.3 V.
    Up,
    /// Towards 0 V; GPIO16 alone has one.
    Down,
}

/// How a pin is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read by the node.
    Input(Pull),
    /// Driven by the node, starting with this level.
    Output(Level),
    /// As `Output`, and the node will [`dim`](crate::Board::dim) it.
    Dimmed(Level),
}
