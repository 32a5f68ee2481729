//! Nodes on QEMU's LX106: the program that a board would run, with our stand-in for SDK and ROM. What it calls for,
//! network, pins, Wi-Fi and time, comes from this machine in the words of `fleetwright_standin::frames`; to the rest of
//! xtask an emulated node is like a process of `fleetwright-host`.

mod bridge;
mod machine;
mod said;
mod stepped;

pub use machine::{Pace, REMEDY};
pub use stepped::Stepped;

use anyhow::{Context, Result};
use bridge::{Bridge, News};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};

/// An emulated node; its emulator ends when this goes.
pub struct Emulated {
    tell: Sender<News>,
    machine: machine::Handle,
}

impl Emulated {
    /// Starts a linked node that has its identity; `seed` decides its random numbers, `say` hears every line it says.
    pub fn start(elf: &Path, seed: u32, pace: Pace, say: impl FnMut(&str) + Send + 'static) -> Result<Self> {
        let (tell, news) = channel();
        let machine = machine::Handle::new(pace);
        let bridge = Bridge::new(elf, seed, machine.clone(), tell.clone(), Box::new(say))?;
        std::thread::spawn(move || bridge.run(&news));
        Ok(Self { tell, machine })
    }

    /// Tells the node a line of the line protocol.
    pub fn tell(&self, line: &str) -> Result<()> {
        self.tell.send(News::Line(line.to_owned())).context("the emulator has ended")
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        self.machine.kill();
    }
}
