//! A node in an emulator in virtual time: a machine of `fleetwright_host::stepper`, as a node's process is one.

use super::datagrams::{Datagrams, Receiver};
use super::flash::Flash;
use super::inputs::Inputs;
use super::machine::{FrameReceiver, FrameSender, Handle, Pace};
use super::requests::{NodeRequest, resolve, sort};
use super::surroundings::Surroundings;
use anyhow::{Context, Result};
use fleetwright_host::LinkState;
use fleetwright_host::stepper::{Event, Machine, SteppedConnection, Stepper};
use fleetwright_protocol::{Command, Input, Report, ToNode};
use std::collections::VecDeque;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How long a node may take to do what it was told.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long this machine may take to pass on the answer to a datagram; the node's time stands still meanwhile.
const ANSWER: Duration = Duration::from_millis(200);

/// A running node; its emulator ends when this goes.
pub struct Stepped(Stepper<Emulated>);

impl Stepped {
    /// The name of the linked node in its folder.
    pub const PROGRAM: &str = "node.elf";

    /// Starts a linked node that has its identity, alone in a folder. What it writes into its flash memory goes to `flash`.
    pub fn start(
        program: TempDir,
        seed: u32,
        inputs: &[Input],
        flash: &Path,
        surroundings: Surroundings,
    ) -> Result<Self> {
        let machine = Handle::new(Pace::Fast);
        let (sender, receiver) = machine.start(&program.path().join(Self::PROGRAM))?;
        let mut node = Emulated {
            program,
            machine,
            sender,
            receiver,
            seed,
            inputs: Inputs::new(inputs),
            kept: None,
            flash: Flash::open(flash)?,
            restarts: 0,
            started: 0,
            begun: false,
            link: LinkState::default(),
            end_delay_ms: surroundings.end_delay_ms,
            datagrams: Datagrams::new(surroundings.responders),
            receiver_of_datagrams: None,
            lines: VecDeque::new(),
        };
        let mut connection = SteppedConnection::default();
        node.settle(0, &mut connection)?;
        node.report(Report::Ready);
        Ok(Self(Stepper::new(node, connection)))
    }

    /// Obeys a command.
    pub fn obey(&mut self, command: Command) -> Result<()> {
        if !self.0.obey(command)? {
            self.0.machine().machine.kill();
        }
        Ok(())
    }

    /// The next line that it reported.
    pub fn line(&mut self) -> Option<String> {
        self.0.machine().lines.pop_front()
    }
}

struct Emulated {
    /// The linked node with its identity, and nothing else.
    program: TempDir,
    machine: Handle,
    sender: FrameSender,
    receiver: FrameReceiver,
    seed: u32,
    inputs: Inputs,
    /// What outlived the last restart, and how many there were.
    kept: Option<[u32; 2]>,
    flash: Flash,
    restarts: u32,
    /// When it started last; its own time begins anew then.
    started: u64,
    /// Whether it has been told what it finds at its start.
    begun: bool,
    link: LinkState,
    end_delay_ms: u32,
    datagrams: Datagrams,
    receiver_of_datagrams: Option<Receiver>,
    lines: VecDeque<String>,
}

impl Emulated {
    fn send_time(&mut self, now: u64) -> Result<()> {
        // A scenario of 49 days would stand still at its end.
        let own = u32::try_from(now - self.started).unwrap_or(u32::MAX - 1);
        self.sender.send(&ToNode::Time(own))
    }

    /// Does what the node requests until it has done all it was told; when it has something to do by itself.
    fn settle(&mut self, now: u64, connection: &mut SteppedConnection) -> Result<Option<u64>> {
        loop {
            let frame = self.receiver.receive_within(PATIENCE).context("the emulator does not answer")?;
            let lines = &mut self.lines;
            match sort(frame.read()?, &mut |report| lines.push_back(report.to_string()))? {
                None => {}
                Some(NodeRequest::Wait { .. }) if !self.begun => self.begin(now)?,
                Some(NodeRequest::Wait { until, taken }) if self.sender.is_all(taken) => {
                    return Ok(until.map(|until| self.started + u64::from(until)));
                }
                // Frames that it has not taken yet are on their way.
                Some(NodeRequest::Wait { .. }) => {}
                Some(NodeRequest::LinkIsUp) => self.set_link(true),
                Some(NodeRequest::Resolve(name)) => self.sender.send(&ToNode::Address(resolve(&name)))?,
                Some(NodeRequest::Connect(broker)) => {
                    let opened = connection.open(&broker).is_ok();
                    self.sender.send(&if opened { ToNode::Connected } else { ToNode::Failed })?;
                }
                Some(NodeRequest::Send(bytes)) => self.send(bytes, connection)?,
                Some(NodeRequest::Datagram { from, to, bytes }) => self.send_datagram(from, to, bytes)?,
                Some(NodeRequest::Disconnect) => self.close(connection),
                Some(NodeRequest::Write { address, bytes }) => self.flash.write(address, bytes)?,
                Some(NodeRequest::Erase(address)) => self.flash.erase(address)?,
                Some(NodeRequest::Restart(kept)) => self.restart(kept, connection)?,
            }
        }
    }

    /// What a node finds when it starts.
    fn begin(&mut self, now: u64) -> Result<()> {
        self.sender.send(&ToNode::Stepped)?;
        self.sender.send(&ToNode::EndDelay(self.end_delay_ms))?;
        self.flash.tell(&mut self.sender)?;
        for frame in self.inputs.at_start(self.kept.take(), self.seed.wrapping_add(self.restarts)) {
            self.sender.send(&frame)?;
        }
        self.begun = true;
        self.started = now;
        self.send_time(now)
    }

    fn send(&mut self, bytes: &[u8], connection: &mut SteppedConnection) -> Result<()> {
        if !connection.is_open() {
            return Ok(());
        }
        if connection.write_all(bytes).is_ok() {
            return self.sender.send(&ToNode::Sent);
        }
        self.close(connection);
        self.sender.send(&ToNode::Disconnected)
    }

    /// Sends a datagram, and hands over all that is answered at this moment.
    fn send_datagram(&mut self, from: u16, to: SocketAddr, bytes: &[u8]) -> Result<()> {
        if let Some(receiver) = self.datagrams.send(from, to, bytes)? {
            self.receiver_of_datagrams = Some(receiver);
        }
        let Some(receiver) = &self.receiver_of_datagrams else { return Ok(()) };
        while let Some(datagram) = receiver.receive_within(ANSWER)? {
            self.sender.send(&datagram.frame())?;
        }
        Ok(())
    }

    fn close(&mut self, connection: &mut SteppedConnection) {
        connection.close();
        self.set_link(false);
    }

    fn set_link(&mut self, up: bool) {
        if let Some(change) = self.link.change(up) {
            self.report(change);
        }
    }

    /// A restart is a new emulator: nothing is left in it but what the chip would keep.
    fn restart(&mut self, kept: [u32; 2], connection: &mut SteppedConnection) -> Result<()> {
        self.report(Report::Log("restarts"));
        self.close(connection);
        self.datagrams.close();
        self.receiver_of_datagrams = None;
        self.kept = Some(kept);
        self.restarts += 1;
        (self.sender, self.receiver) = self.machine.start(&self.program.path().join(Stepped::PROGRAM))?;
        self.begun = false;
        Ok(())
    }
}

impl Machine for Emulated {
    type Error = anyhow::Error;

    fn handle(&mut self, event: Event<'_>, now: u64, connection: &mut SteppedConnection) -> Result<Option<u64>> {
        self.send_time(now)?;
        match event {
            Event::Elapsed => {}
            Event::Input(input) => self.sender.send(&self.inputs.set(input))?,
            Event::Wifi(there) => self.sender.send(&self.inputs.set_wifi(there))?,
            Event::Heap => self.sender.send(&ToNode::Usage)?,
            Event::Received(bytes) => self.sender.send(&ToNode::Received(bytes))?,
            Event::Closed => {
                self.set_link(false);
                self.sender.send(&ToNode::Disconnected)?;
            }
        }
        self.settle(now, connection)
    }

    fn report(&mut self, report: Report<'_>) {
        self.lines.push_back(report.to_string());
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        self.machine.kill();
    }
}
