//! Commands for the nodes, and notes of what they report.

use super::state::Simulation;
use crate::scenario::network::{BrokerConnection, ConnectionChange};
use crate::scenario::transcript::EventKind;
use anyhow::{Result, anyhow, bail};
use fleetwright_protocol::{ALL_OF_THE_TIME, Command, Idle, Input, Report};

impl Simulation<'_> {
    /// An input of the node with this index changes.
    pub(in crate::scenario) fn input(&mut self, index: usize, input: Input) -> Result<()> {
        self.nodes[index].keep_input(input);
        self.ask(index, Some(Command::Input(input)))?;
        self.settle()
    }

    /// Waits until a node that was just started can be asked.
    pub(super) fn await_ready(&mut self, index: usize) -> Result<()> {
        loop {
            let line = self.nodes[index].process.line()?;
            match self.read(index, &line)? {
                Report::Ready => return Ok(()),
                report => self.note_report(index, report)?,
            }
        }
    }

    /// Reads a line of a node.
    fn read<'l>(&self, index: usize, line: &'l str) -> Result<Report<'l>> {
        let name = &self.plan.nodes[index].name;
        Report::read(line).map_err(|error| anyhow!("{name} reports {error}"))
    }

    /// Lets a node catch up with the present, sends it a command, and notes what it does.
    pub(super) fn ask(&mut self, index: usize, command: Option<Command>) -> Result<()> {
        let now = self.now();
        self.nodes[index].send(now, command)?;
        loop {
            let line = self.nodes[index].process.line()?;
            match self.read(index, &line)? {
                Report::Idle(idle) => return self.follow(index, idle),
                report => self.note_report(index, report)?,
            }
        }
    }

    fn note_report(&mut self, index: usize, report: Report<'_>) -> Result<()> {
        let now = self.now();
        match report {
            Report::Time(_) => {}
            Report::Pin { gpio, high } => {
                self.nodes[index].pins.insert(gpio, (high, now));
                self.recorder.note_node(index, EventKind::Pin(gpio, high));
            }
            Report::Link(up) => self.recorder.note_node(index, EventKind::Link(up)),
            Report::Duty { gpio, permille } => {
                self.nodes[index].pins.insert(gpio, (permille == ALL_OF_THE_TIME, now));
                let text = format!("GPIO{gpio} is high for {permille} of 1000");
                self.recorder.note_node(index, EventKind::Log(text));
            }
            Report::Log(line) => self.recorder.note_node(index, EventKind::Log(line.to_owned())),
            Report::Topic(text) => self.recorder.note_local_message(index, text)?,
            Report::Ready | Report::Idle(_) | Report::Heap(_) | Report::Error(_) => {
                bail!("{} reports `{report}`, which nobody asked for", self.plan.nodes[index].name)
            }
        }
        Ok(())
    }

    /// Follows what a node did to its connection, and puts on the way what it sent.
    fn follow(&mut self, index: usize, idle: Idle) -> Result<()> {
        let (now, conditions) = (self.now(), self.conditions);
        let endpoints = self.endpoints();
        let account = self.launcher.account(&self.plan.nodes[index].name);
        let node = &mut self.nodes[index];
        node.due = idle.due.map(|due| due + node.started);
        let Some(link) = &mut node.link else { return Ok(()) };
        let change = link.follow(idle)?;
        if change == ConnectionChange::New && idle.open {
            link.broker = match endpoints.get(link.broker_index).copied().flatten() {
                Some(endpoint) if link.wifi => BrokerConnection::open(endpoint, account)?,
                _ => None,
            };
            if link.broker.is_none() {
                link.cut();
            }
        }
        match link.packets() {
            Ok(packets) if link.broker.is_some() => {
                for packet in packets {
                    link.send_to_broker(packet, now, conditions);
                }
            }
            Ok(_) => {}
            Err(error) => {
                link.cut();
                self.recorder.note_node(index, EventKind::Note(format!("is cut off: {error:#}")));
            }
        }
        if change == ConnectionChange::Closed {
            self.recorder.note_node(index, EventKind::Note("closes its connection".into()));
            self.fence()?;
        }
        Ok(())
    }
}
