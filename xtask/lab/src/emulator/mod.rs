//! Nodes on QEMU's LX106: the program that a board would run, with our stand-in for SDK and ROM. What it calls for,
//! network, pins, Wi-Fi and time, comes from this machine in the frames of `fleetwright_protocol::frame`; to the rest
//! of xtask an emulated node is like a process of `fleetwright-host`: it obeys the same commands and reports the same.

mod bridge;
mod datagrams;
mod flash;
mod inputs;
mod machine;
mod requests;
mod stepped;
mod surroundings;

pub use machine::{Pace, REMEDY};
pub use stepped::Stepped;
pub use surroundings::Surroundings;

use anyhow::{Context, Result};
use bridge::{Bridge, Event};
use fleetwright_protocol::{Command, Report};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};

/// An emulated node; its emulator ends when this goes.
pub struct Emulated {
    events: Sender<Event>,
    machine: machine::Handle,
}

impl Emulated {
    /// Starts a linked node that has its identity; `seed` decides its random numbers, `report` gets its reports.
    pub fn start(
        elf: &Path,
        seed: u32,
        pace: Pace,
        surroundings: Surroundings,
        report: impl FnMut(Report<'_>) + Send + 'static,
    ) -> Result<Self> {
        let (events, received) = channel();
        let machine = machine::Handle::new(pace);
        let bridge = Bridge::new(elf, seed, machine.clone(), surroundings, events.clone(), Box::new(report))?;
        std::thread::spawn(move || bridge.run(&received));
        Ok(Self { events, machine })
    }

    /// Sends the node a command.
    pub fn send(&self, command: Command) -> Result<()> {
        self.events.send(Event::Command(command)).context("the emulator has ended")
    }

    /// Sends the node a line, which may be no command.
    pub fn send_line(&self, line: &str) -> Result<()> {
        self.events.send(Event::Line(line.to_owned())).context("the emulator has ended")
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        self.machine.kill();
    }
}
