//! Speaking with the nodes: telling them what happens to them, and noting what they do.

use super::state::Simulation;
use crate::scenario::network::{BrokerConnection, Change};
use crate::scenario::process::Idle;
use crate::scenario::transcript::EventKind;
use anyhow::{Context, Result, bail};

impl Simulation<'_> {
    /// Something happens to an input pin: a line for the node with this index.
    pub(in crate::scenario) fn input(&mut self, index: usize, line: &str) -> Result<()> {
        self.nodes[index].keep_input(line);
        self.ask(index, &format!("{line}\n"))?;
        self.settle()
    }

    /// Waits until a node that was just started can be asked.
    pub(super) fn await_ready(&mut self, index: usize) -> Result<()> {
        loop {
            let line = self.nodes[index].process.line()?;
            if line == "ready" {
                return Ok(());
            }
            self.note_line(index, &line)?;
        }
    }

    /// Lets a node catch up with the present, tells it some lines, and notes what it does.
    pub(super) fn ask(&mut self, index: usize, lines: &str) -> Result<()> {
        let now = self.now();
        self.nodes[index].tell(now, lines)?;
        loop {
            let line = self.nodes[index].process.line()?;
            if let Some(idle) = Idle::read(&line) {
                return self.follow(index, idle);
            }
            self.note_line(index, &line)?;
        }
    }

    fn note_line(&mut self, index: usize, line: &str) -> Result<()> {
        let now = self.now();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest.split_once(' ')) {
            ("time", _) => {}
            ("pin", Some((gpio, level))) => {
                let gpio = gpio.parse().with_context(|| format!("`{line}`"))?;
                self.nodes[index].pins.insert(gpio, (level == "high", now));
                self.recorder.note_node(index, EventKind::Pin(gpio, level == "high"));
            }
            ("link", _) => self.recorder.note_node(index, EventKind::Link(rest == "up")),
            ("duty", Some((gpio, permille))) => {
                let gpio = gpio.parse().with_context(|| format!("`{line}`"))?;
                self.nodes[index].pins.insert(gpio, (permille == "1000", now));
                let text = format!("GPIO{gpio} is high for {permille} of 1000");
                self.recorder.note_node(index, EventKind::Log(text));
            }
            ("log", _) => self.recorder.note_node(index, EventKind::Log(rest.to_owned())),
            ("topic", _) => self.recorder.note_local_message(index, rest),
            _ => bail!("{} said `{line}`", self.plan.nodes[index].name),
        }
        Ok(())
    }

    /// Follows what a node did to its connection, and puts on the way what it sent.
    fn follow(&mut self, index: usize, idle: Idle) -> Result<()> {
        let (now, conditions) = (self.now(), self.conditions);
        let doors = self.doors();
        let account = self.launcher.account(&self.plan.nodes[index].name);
        let node = &mut self.nodes[index];
        node.due = idle.due.map(|due| due + node.started);
        let Some(link) = &mut node.link else { return Ok(()) };
        let change = link.follow(idle)?;
        if change == Change::New && idle.open {
            link.broker = match doors.get(link.broker_index).copied().flatten() {
                Some(door) if link.wifi => BrokerConnection::open(door, account)?,
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
        if change == Change::Closed {
            self.recorder.note_node(index, EventKind::Note("closes its connection".into()));
            self.fence()?;
        }
        Ok(())
    }
}
