//! What a node needs of the board on which it runs. The platform (host, chip) implements [`Board`].

use crate::pin::{Gpio, Level, Mode};
#[cfg(feature = "custom")]
use crate::pin_functions::PinFunctions;
use crate::topic::Topic;

/// The pins, the analog input and the serial log of the board a node runs on.
pub trait Board {
    /// Makes `pin` an input or an output. Called once for each pin, when the node starts.
    fn configure(&mut self, pin: Gpio, mode: Mode);
    /// The level of `pin` now.
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
    fn pin_functions(&self) -> PinFunctions {
        PinFunctions::NONE
    }
    /// The analog input A0: 0 to 1023.
    fn analog(&mut self) -> u16;
    /// The value that was kept last under this key, also over a power cut; `None`: there is none.
    #[cfg(feature = "keeps")]
    fn kept(&mut self, _key: u32) -> Option<u16> {
        None
    }
    /// Keeps a value under a key, over power cuts too. Drivers do so every few seconds at most, since flash wears out.
    #[cfg(feature = "keeps")]
    fn keep(&mut self, _key: u32, _value: u16) {}
    /// Prints one line on the serial log: the parts one after the other, then a line end.
    fn log(&mut self, parts: &[&[u8]]);
    /// A role published `payload` on a topic; `path` is the topic's name on the wire. For platforms that watch a run.
    fn published(&mut self, _topic: &Topic, _path: &str, _payload: &[u8]) {}
    /// A valid message arrived from the broker. For platforms that watch a run.
    fn received(&mut self, _topic: &Topic, _payload: &[u8]) {}
}
