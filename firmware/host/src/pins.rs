//! The pins of a board that is not there: what the world sets, and what the node drives.

use fleetwright_devices::{Device, Kind};
use fleetwright_node::{Board, Gpio, Level, Mode, Pull, Route, Topic};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

thread_local! {
    /// The pins of this process: its node runs on one thread, and drivers that keep their pins reach them from there.
    static WORLD: RefCell<World> = RefCell::default();
}

/// What the world does to pins, and what the node does with them.
#[derive(Default)]
struct World {
    set: BTreeMap<u8, Level>,
    pulls: BTreeMap<u8, Level>,
    analog: u16,
    /// The lines of buses that the node pulls low.
    low: BTreeSet<u8>,
    devices: Vec<Device>,
    virtual_time: bool,
}

/// Pins in memory; what the node does with them is told on standard output.
pub(crate) struct Pins;

/// A line from the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A pin carries this level now.
    Pin(u8, Level),
    /// A0 reads this.
    Analog(u16),
    /// This device is on the bus of two pins.
    Device {
        /// GPIO of the data line.
        sda: u8,
        /// GPIO of the clock line.
        scl: u8,
        /// What it is, and what it sees.
        kind: Kind,
    },
    /// So many milliseconds pass.
    Advance(u64),
    /// So many bytes came over the present connection; `None`: its end came.
    Sync(Option<u64>),
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
            ["bme280", sda, scl, celsius, percent, hectopascal] => {
                let pin = |word: &str| word.parse().ok().filter(|pin| *pin <= 16).ok_or(format!("no GPIO {word}"));
                let figure = |word: &str| word.parse().map_err(|_| format!("`{word}` is no number"));
                let kind = Kind::bme280(figure(celsius)?, figure(percent)?, figure(hectopascal)?)?;
                Ok(Self::Device { sda: pin(sda)?, scl: pin(scl)?, kind })
            }
            ["advance", ms] => ms.parse().map(Self::Advance).map_err(|_| "advance needs milliseconds".into()),
            ["sync", "end"] => Ok(Self::Sync(None)),
            ["sync", bytes] => bytes
                .parse()
                .map(|bytes| Self::Sync(Some(bytes)))
                .map_err(|_| "sync needs a number of bytes, or `end`".into()),
            ["wifi", "up"] => Ok(Self::Wifi(true)),
            ["wifi", "down"] => Ok(Self::Wifi(false)),
            ["heap"] => Ok(Self::Heap),
            ["quit"] => Ok(Self::Quit),
            _ => Err(format!("no command `{line}`")),
        }
    }
}

impl Pins {
    /// `virtual_time`: waiting takes none.
    pub(crate) fn new(virtual_time: bool) -> Self {
        WORLD.with_borrow_mut(|world| world.virtual_time = virtual_time);
        Self
    }

    pub(crate) fn set(&mut self, pin: u8, level: Level) {
        WORLD.with_borrow_mut(|world| world.set.insert(pin, level));
    }

    pub(crate) fn set_analog(&mut self, reading: u16) {
        WORLD.with_borrow_mut(|world| world.analog = reading);
    }

    /// A device is on the bus of these pins, or sees something else now.
    pub(crate) fn set_device(&mut self, sda: u8, scl: u8, kind: Kind) {
        WORLD.with_borrow_mut(|world| match world.devices.iter_mut().find(|device| device.is_on(sda, scl)) {
            Some(device) => device.set(kind),
            None => world.devices.push(Device::new(sda, scl, kind)),
        });
    }
}

impl World {
    fn line(&self, pin: u8) -> Level {
        let held = self.low.contains(&pin) || self.devices.iter().any(|device| device.holds(pin));
        if held { Level::Low } else { Level::High }
    }

    #[cfg(feature = "custom")]
    /// The node pulls a line of a bus low, or lets it go; the devices see both lines after that.
    fn pull(&mut self, pin: u8, level: Level) {
        match level {
            Level::Low => self.low.insert(pin),
            Level::High => self.low.remove(&pin),
        };
        self.pulls.insert(pin, Level::High);
        for index in 0..self.devices.len() {
            let [sda, scl] = self.devices[index].lines().map(|line| self.line(line) == Level::High);
            self.devices[index].see(sda, scl);
        }
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

fn configure(pin: Gpio, mode: Mode) {
    match mode {
        Mode::Input(pull) => {
            let level = if pull == Pull::Up { Level::High } else { Level::Low };
            WORLD.with_borrow_mut(|world| world.pulls.insert(pin.0, level));
        }
        Mode::Output(level) | Mode::Dimmed(level) => drive(pin, level),
    }
}

fn read(pin: Gpio) -> Level {
    WORLD.with_borrow(|world| {
        if world.line(pin.0) == Level::Low {
            return Level::Low;
        }
        *world.set.get(&pin.0).or(world.pulls.get(&pin.0)).unwrap_or(&Level::Low)
    })
}

fn drive(pin: Gpio, level: Level) {
    say(format_args!("pin {} {}", pin.0, name(level)));
}

fn dim(pin: Gpio, permille: u16) {
    say(format_args!("duty {} {permille}", pin.0));
}

#[cfg(feature = "custom")]
const FUNCTIONS: fleetwright_node::PinFunctions = fleetwright_node::PinFunctions {
    configure,
    read,
    drive,
    dim,
    pull: |pin, level| WORLD.with_borrow_mut(|world| world.pull(pin.0, level)),
    wait: |micros| {
        // A bus needs no time here; what a driver waits for does.
        if micros >= 1_000 && !WORLD.with_borrow(|world| world.virtual_time) {
            std::thread::sleep(std::time::Duration::from_micros(micros.into()));
        }
    },
};

impl Board for Pins {
    fn configure(&mut self, pin: Gpio, mode: Mode) {
        configure(pin, mode);
    }

    fn read(&mut self, pin: Gpio) -> Level {
        read(pin)
    }

    fn drive(&mut self, pin: Gpio, level: Level) {
        drive(pin, level);
    }

    fn dim(&mut self, pin: Gpio, permille: u16) {
        dim(pin, permille);
    }

    #[cfg(feature = "custom")]
    fn pin_functions(&self) -> fleetwright_node::PinFunctions {
        FUNCTIONS
    }

    fn analog(&mut self) -> u16 {
        WORLD.with_borrow(|world| world.analog)
    }

    fn log(&mut self, parts: &[&[u8]]) {
        say(format_args!("log {}", one_line(&parts.concat())));
    }

    fn said(&mut self, topic: &Topic, path: &str, payload: &[u8]) {
        // What goes over the broker can be seen there.
        if topic.route == Route::Local {
            say(format_args!("topic {path} {}", one_line(payload)));
        }
    }
}

/// One event is one line, whatever a message held.
fn one_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        assert_eq!(Command::read("pin 4 low"), Ok(Command::Pin(4, Level::Low)));
        assert_eq!(Command::read(" analog  1023 "), Ok(Command::Analog(1023)));
        assert_eq!(Command::read("advance 1500"), Ok(Command::Advance(1500)));
        assert_eq!(Command::read("sync 12"), Ok(Command::Sync(Some(12))));
        assert_eq!(Command::read("sync end"), Ok(Command::Sync(None)));
        assert_eq!(Command::read("quit"), Ok(Command::Quit));
    }

    #[test]
    fn mistakes() {
        for line in ["pin 17 low", "pin 4 maybe", "analog 1024", "analog -1", "advance soon", "sync now", "", "jump"] {
            assert!(Command::read(line).is_err(), "{line}");
        }
    }

    #[test]
    fn inputs_follow_their_pull_until_the_world_sets_them() {
        let mut pins = Pins::new(true);
        pins.configure(Gpio(4), Mode::Input(Pull::Up));
        assert_eq!(pins.read(Gpio(4)), Level::High);
        pins.set(4, Level::Low);
        assert_eq!(pins.read(Gpio(4)), Level::Low);
        assert_eq!(pins.read(Gpio(5)), Level::Low);
    }
}
