//! One node of a simulation: its process, its link to the broker, its pins.

use crate::scenario::network::Link;
use crate::scenario::process::Process;
use anyhow::Result;
use fleetwright_protocol::{Arrived, Command, Input};
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
    /// The state of its inputs.
    pub(super) inputs: Vec<Input>,
    /// The level of each output pin, by GPIO, and since when.
    pub(super) pins: BTreeMap<u8, (bool, u64)>,
}

impl SimulatedNode {
    pub(super) fn new(process: Process, link: Option<Link>) -> Self {
        let (inputs, pins) = (Vec::new(), BTreeMap::new());
        Self { process, link, started: 0, clock: 0, due: None, inputs, pins }
    }

    /// The node's power came back now, with its input pins as they were.
    pub(super) fn restarted(&mut self, process: Process, now: u64) {
        (self.process, self.started, self.clock, self.due) = (process, now, 0, None);
        self.pins.clear();
    }

    /// Keeps the state of an input, for a restart.
    pub(super) fn keep_input(&mut self, input: Input) {
        self.inputs.retain(|known| !input.replaces(known));
        self.inputs.push(input);
    }

    /// Lets the node catch up with the present and sends it a command; it answers with reports of what it does.
    pub(super) fn send(&mut self, now: u64, command: Option<Command>) -> Result<()> {
        let behind = now - self.started - self.clock;
        let arrived = self.link.as_mut().map_or(Arrived::Bytes(0), Link::arrived);
        let advance = (behind > 0).then_some(Command::Advance(behind));
        self.clock += behind;
        let commands = [advance, command, Some(Command::Sync(arrived))];
        self.process.send(&commands.into_iter().flatten().collect::<Vec<_>>())
    }

    /// When something happens here next: to the node itself, or on its link.
    pub(super) fn dues(&self) -> impl Iterator<Item = u64> {
        [self.due, self.link.as_ref().and_then(Link::due)].into_iter().flatten()
    }
}
