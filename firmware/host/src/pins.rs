//! The pins of a board that is not there: what the world sets, and what the node drives.

use fleetwright_node::{Board, Gpio, Level, Mode, Pull};
use std::collections::BTreeMap;
use std::io::Write;

/// Pins in memory; what the node does with them is told on standard output.
#[derive(Default)]
pub(crate) struct Pins {
    set: BTreeMap<u8, Level>,
    pulls: BTreeMap<u8, Level>,
    analog: u16,
}

/// A line from the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A pin carries this level now.
    Pin(u8, Level),
    /// A0 reads this.
    Analog(u16),
    /// So many milliseconds pass.
    Advance(u64),
    /// Wi-Fi is there, or gone.
    Wifi(bool),
    /// What is in use?
    Heap,
    /// The node ends.
    Quit,
}

impl Command {
    /// Reads a line; the answer to a mistake is a sentence.
    pub fn read(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["pin", pin, level] => {
                let pin = pin.parse().ok().filter(|pin| *pin <= 16).ok_or(format!("no GPIO {pin}"))?;
                match *level {
                    "low" => Ok(Self::Pin(pin, Level::Low)),
                    "high" => Ok(Self::Pin(pin, Level::High)),
                    _ => Err(format!("a level is low or high, not {level}")),
                }
            }
            ["analog", reading] => {
                let reading = reading.parse().ok().filter(|reading| *reading <= 1023);
                reading.map(Self::Analog).ok_or("a reading is 0 to 1023".into())
            }
            ["advance", ms] => ms.parse().map(Self::Advance).map_err(|_| "advance needs milliseconds".into()),
            ["wifi", "up"] => Ok(Self::Wifi(true)),
            ["wifi", "down"] => Ok(Self::Wifi(false)),
            ["heap"] => Ok(Self::Heap),
            ["quit"] => Ok(Self::Quit),
            _ => Err(format!("no command `{line}`")),
        }
    }
}

impl Pins {
    pub(crate) fn set(&mut self, pin: u8, level: Level) {
        self.set.insert(pin, level);
    }

    pub(crate) fn set_analog(&mut self, reading: u16) {
        self.analog = reading;
    }
}

/// Tells the world; a world that no longer listens is as good as one that quit, and standard input shows that.
pub(crate) fn say(line: std::fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Low => "low",
        Level::High => "high",
    }
}

impl Board for Pins {
    fn configure(&mut self, pin: Gpio, mode: Mode) {
        match mode {
            Mode::Input(pull) => {
                let level = if pull == Pull::Up { Level::High } else { Level::Low };
                self.pulls.insert(pin.0, level);
            }
            Mode::Output(level) => self.drive(pin, level),
        }
    }

    fn read(&mut self, pin: Gpio) -> Level {
        *self.set.get(&pin.0).or(self.pulls.get(&pin.0)).unwrap_or(&Level::Low)
    }

    fn drive(&mut self, pin: Gpio, level: Level) {
        say(format_args!("pin {} {}", pin.0, name(level)));
    }

    fn dim(&mut self, pin: Gpio, permille: u16) {
        say(format_args!("duty {} {permille}", pin.0));
    }

    fn analog(&mut self) -> u16 {
        self.analog
    }

    fn log(&mut self, parts: &[&[u8]]) {
        let line = parts.concat();
        let text = String::from_utf8_lossy(&line);
        // One event is one line, whatever a message held.
        let text: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        say(format_args!("log {text}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        assert_eq!(Command::read("pin 4 low"), Ok(Command::Pin(4, Level::Low)));
        assert_eq!(Command::read(" analog  1023 "), Ok(Command::Analog(1023)));
        assert_eq!(Command::read("advance 1500"), Ok(Command::Advance(1500)));
        assert_eq!(Command::read("quit"), Ok(Command::Quit));
    }

    #[test]
    fn mistakes() {
        for line in ["pin 17 low", "pin 4 maybe", "analog 1024", "analog -1", "advance soon", "", "jump"] {
            assert!(Command::read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn inputs_follow_their_pull_until_the_world_sets_them() {
        let mut pins = Pins::default();
        pins.configure(Gpio(4), Mode::Input(Pull::Up));
        assert_eq!(pins.read(Gpio(4)), Level::High);
        pins.set(4, Level::Low);
        assert_eq!(pins.read(Gpio(4)), Level::Low);
        assert_eq!(pins.read(Gpio(5)), Level::Low);
    }
}
