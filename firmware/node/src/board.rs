//! What a node needs of the board it runs on. The platform (host, chip) implements [`Board`].

use crate::program::Topic;

/// A GPIO of the ESP8266, by its number in the data sheet (0 to 16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gpio(pub u8);

/// What a pin carries.
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

/// What a pin is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Read by the node.
    Input(Pull),
    /// Driven by the node, starting with this level.
    Output(Level),
    /// As `Output`, and the node will [`dim`](Board::dim) it.
    Dimmed(Level),
}

/// The pins, the analog input and the serial log of the board a node runs on.
pub trait Board {
    /// Makes `pin` an input or an output. Called once for each pin, when the node starts.
    fn configure(&mut self, pin: Gpio, mode: Mode);
    /// What `pin` carries now.
    fn read(&mut self, pin: Gpio) -> Level;
    /// Drives `pin`. Called only when the level changes.
    fn drive(&mut self, pin: Gpio, level: Level);
    /// Lets `pin`, an output, be high for so many thousandths of the time, fast enough to look still (100 Hz or more). 0 and
    /// 1000 are still; so is the pin after the next [`Board::drive`]. Called only when the share changes.
    ///
    /// A board that can't do that rounds: more on than off is on.
    fn dim(&mut self, pin: Gpio, permille: u16) {
        self.drive(pin, if permille >= 500 { Level::High } else { Level::Low });
    }
    /// The pins as plain functions, for custom roles.
    #[cfg(feature = "custom")]
    fn wires(&self) -> crate::custom::Wires {
        crate::custom::Wires::NOWHERE
    }
    /// The analog input A0: 0 to 1023.
    fn analog(&mut self) -> u16;
    /// Prints one line on the serial log: the parts one after the other, then a line end.
    fn log(&mut self, parts: &[&[u8]]);
    /// A role said something on a topic, whose path is its own or this node's: for who watches a run.
    fn said(&mut self, _topic: &Topic, _path: &str, _payload: &[u8]) {}
    /// A valid message came from the broker: for who watches a run.
    fn heard(&mut self, _topic: &Topic, _payload: &[u8]) {}
}
