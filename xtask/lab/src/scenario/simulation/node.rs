//! One node of a simulation: its process, its link to the broker, its pins.

use crate::scenario::network::Link;
use crate::scenario::process::Process;
use anyhow::Result;
use std::collections::BTreeMap;

pub(super) struct SimulatedNode {
    pub(super) process: Process,
    /// `None`: it has no network.
    pub(super) link: Option<Link>,
    /// When it started, in virtual milliseconds, and how far its own clock is since then.
    pub(super) started: u64,
    pub(super) clock: u64,
    /// When it has something to do by itself, in virtual milliseconds.
    pub(super) due: Option<u64>,
    /// The state of its input pins, by pin, as lines of its protocol.
    pub(super) inputs: BTreeMap<String, String>,
    /// The level of each output pin, by GPIO, and since when.
    pub(super) pins: BTreeMap<u8, (bool, u64)>,
}

impl SimulatedNode {
    pub(super) fn new(process: Process, link: Option<Link>) -> Self {
        let (inputs, pins) = (BTreeMap::new(), BTreeMap::new());
        Self { process, link, started: 0, clock: 0, due: None, inputs, pins }
    }

    /// The node's power came back now, with its input pins as they were.
    pub(super) fn restarted(&mut self, process: Process, now: u64) {
        (self.process, self.started, self.clock, self.due) = (process, now, 0, None);
        self.pins.clear();
    }

    /// Keeps the state of an input pin: `pin 5 high`.
    pub(super) fn keep_input(&mut self, line: &str) {
        let pin = line.rsplit_once(' ').map_or(line, |(pin, _)| pin);
        self.inputs.insert(pin.to_owned(), line.to_owned());
    }

    /// Lets the node catch up with the present and tells it some lines; it answers with what it does.
    pub(super) fn tell(&mut self, now: u64, lines: &str) -> Result<()> {
        let behind = now - self.started - self.clock;
        let arrived = self.link.as_mut().map_or("0".to_owned(), Link::arrived);
        let advance = if behind > 0 { format!("advance {behind}\n") } else { String::new() };
        self.clock += behind;
        self.process.tell(&format!("{advance}{lines}sync {arrived}\n"))
    }

    /// When something happens here next: to the node itself, or on its link.
    pub(super) fn dues(&self) -> impl Iterator<Item = u64> {
        [self.due, self.link.as_ref().and_then(Link::due)].into_iter().flatten()
    }
}
