//! The pins of a board that is not there: the world sets them by commands, and what the node drives is reported.

use crate::kept::Kept;
use crate::report::report;
use fleetwright_devices::{Device, DeviceKind};
use fleetwright_node::{Board, Gpio, Level, Mode, Pull, Topic};
use fleetwright_protocol::{Input, Report};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

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
    /// What outlives the process.
    kept: Kept,
}

/// Pins in memory; what the node does with them is reported on standard output.
pub(crate) struct Pins;

impl Pins {
    /// `virtual_time`: waiting takes none; `kept`: what roles kept before.
    pub(crate) fn new(virtual_time: bool, kept: Kept) -> Self {
        WORLD.with_borrow_mut(|world| (world.virtual_time, world.kept) = (virtual_time, kept));
        Self
    }

    /// The world changes an input.
    pub(crate) fn apply(&mut self, input: Input) {
        WORLD.with_borrow_mut(|world| match input {
            Input::Pin { gpio, high } => {
                world.set.insert(gpio, if high { Level::High } else { Level::Low });
            }
            Input::Analog(reading) => world.analog = reading,
            Input::Device { sda, scl, measures } => world.set_device(sda, scl, measures.kind()),
        });
    }
}

impl World {
    /// A device is on the bus of these pins, or measures something else now.
    fn set_device(&mut self, sda: u8, scl: u8, kind: DeviceKind) {
        match self.devices.iter_mut().find(|device| device.is_on(sda, scl)) {
            Some(device) => device.set(kind),
            None => self.devices.push(Device::new(sda, scl, kind)),
        }
    }

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
    report(Report::Pin { gpio: pin.0, high: level == Level::High });
}

fn dim(pin: Gpio, permille: u16) {
    report(Report::Duty { gpio: pin.0, permille });
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

    fn kept(&mut self, key: u32) -> Option<u16> {
        WORLD.with_borrow(|world| world.kept.value(key))
    }

    fn keep(&mut self, key: u32, value: u16) {
        if let Err(mistake) = WORLD.with_borrow_mut(|world| world.kept.keep(key, value)) {
            report(Report::Error(&mistake));
        }
    }

    fn log(&mut self, parts: &[&[u8]]) {
        report(Report::Log(&one_line(&parts.concat())));
    }

    fn published(&mut self, topic: &Topic, path: &str, payload: &[u8]) {
        // What goes over the broker can be seen there.
        if topic.route.stays_here() {
            report(Report::Topic(&format!("{path} {}", one_line(payload))));
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
    fn inputs_follow_their_pull_until_the_world_sets_them() {
        let mut pins = Pins::new(true, Kept::default());
        pins.configure(Gpio(4), Mode::Input(Pull::Up));
        assert_eq!(pins.read(Gpio(4)), Level::High);
        pins.apply(Input::Pin { gpio: 4, high: false });
        assert_eq!(pins.read(Gpio(4)), Level::Low);
        assert_eq!(pins.read(Gpio(5)), Level::Low);
    }
}
