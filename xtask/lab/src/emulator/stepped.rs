//! A node in an emulator that does nothing by itself: as `fleetwright-host` with `--time virtual`, it is told when time
//! passes and how much arrived, and answers when it has done all that follows. Speaks the same line protocol.

use super::machine::{FromNode, Handle, Pace};
use super::said::{Channel, Said, World, device, resolve};
use anyhow::{Context, Result, bail};
use fleetwright_host::Command;
use fleetwright_node::Level;
use fleetwright_standin::frames::{LONGEST, NEVER};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;
use tempfile::TempDir;

/// How long a node may take to do what it was told, and bytes that the world says are there.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running node; its emulator ends when this goes.
pub struct Stepped {
    /// The linked node with its identity, and nothing else.
    program: TempDir,
    machine: Handle,
    channel: Channel,
    from: FromNode,
    seed: u32,
    world: World,
    /// What outlived the last restart, and how many there were.
    kept: Option<Vec<u8>>,
    runs: u32,
    /// Milliseconds since the first start; the node's own time begins anew with each.
    now: u64,
    started: u64,
    due: u32,
    begun: bool,
    stream: Option<TcpStream>,
    /// Connections made so far; bytes sent and received on the last of them.
    made: u64,
    sent: u64,
    received: u64,
    up: bool,
    lines: VecDeque<String>,
}

impl Stepped {
    /// The name of the linked node in its folder.
    pub const PROGRAM: &str = "node.elf";

    /// Starts a linked node that has its identity, alone in a folder; `inputs` are lines about pins.
    pub fn start(program: TempDir, seed: u32, inputs: &[String]) -> Result<Self> {
        let machine = Handle::new(Pace::Fast);
        let (to, from) = machine.start(&program.path().join(Self::PROGRAM))?;
        let mut node = Self {
            program,
            machine,
            channel: Channel::new(to),
            from,
            seed,
            world: World::new(),
            kept: None,
            runs: 0,
            now: 0,
            started: 0,
            due: NEVER,
            begun: false,
            stream: None,
            made: 0,
            sent: 0,
            received: 0,
            up: false,
            lines: VecDeque::new(),
        };
        for line in inputs {
            match Command::read(line) {
                Ok(Command::Pin(pin, level)) => drop(node.world.pins.insert(pin, level == Level::High)),
                Ok(Command::Analog(reading)) => node.world.analog = reading,
                _ => bail!("`{line}` says nothing about pins"),
            }
        }
        node.settle()?;
        node.lines.push_back("ready".into());
        Ok(node)
    }

    /// Obeys lines of the line protocol, one after the other.
    pub fn tell(&mut self, lines: &str) -> Result<()> {
        for line in lines.lines() {
            match Command::read(line) {
                Ok(command) => self.obey(command)?,
                Err(mistake) => self.lines.push_back(format!("error {mistake}")),
            }
        }
        Ok(())
    }

    /// The next line that it said.
    pub fn line(&mut self) -> Option<String> {
        self.lines.pop_front()
    }

    fn obey(&mut self, command: Command) -> Result<()> {
        match command {
            Command::Pin(pin, level) => {
                let high = level == Level::High;
                self.world.pins.insert(pin, high);
                self.event(b'p', &[pin, u8::from(high)])
            }
            Command::Analog(reading) => {
                self.world.analog = reading;
                self.event(b'a', &reading.to_be_bytes())
            }
            Command::Wifi(there) => {
                self.world.wifi = there;
                self.event(b'w', &[u8::from(there)])
            }
            Command::Heap => self.event(b'h', &[]),
            Command::Advance(ms) => self.advance(self.now.saturating_add(ms)),
            Command::Sync(arrived) => self.sync(arrived),
            Command::Device { sda, scl, kind } => {
                self.world.devices.insert((sda, scl), kind);
                self.event(b'i', &device(sda, scl, kind))
            }
            Command::Quit => {
                self.machine.kill();
                Ok(())
            }
        }
    }

    /// Something happened to the node, now; returns when it has done what follows.
    fn event(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        self.tell_time();
        self.channel.send(kind, body);
        self.settle()
    }

    fn tell_time(&mut self) {
        // A scenario of 49 days would stand still at its end.
        let own = u32::try_from(self.now - self.started).unwrap_or(NEVER - 1);
        self.channel.send(b't', &own.to_be_bytes());
    }

    /// Lets time pass, stopping wherever the node has something to do.
    fn advance(&mut self, to: u64) -> Result<()> {
        while self.now < to {
            let due = if self.due == NEVER { to } else { self.started + u64::from(self.due) };
            self.now = due.clamp(self.now + 1, to);
            self.tell_time();
            self.settle()?;
        }
        self.lines.push_back(format!("time {to}"));
        Ok(())
    }

    /// Takes what arrived: so many bytes of this connection in all, or everything up to its end.
    fn sync(&mut self, arrived: Option<u64>) -> Result<()> {
        let mut buffer = [0; LONGEST];
        while let Some(stream) = self.stream.as_mut() {
            let missing = arrived.map_or(u64::MAX, |arrived| arrived.saturating_sub(self.received));
            let length = buffer.len().min(usize::try_from(missing).unwrap_or(usize::MAX));
            if length == 0 {
                break;
            }
            match stream.read(&mut buffer[..length]) {
                Ok(count) if count > 0 => {
                    self.received += count as u64;
                    self.event(b'd', &buffer[..count])?;
                }
                // The end, or as good as that.
                _ => {
                    self.close();
                    self.event(b'x', &[])?;
                }
            }
        }
        let due = if self.due == NEVER { "-".into() } else { (self.started + u64::from(self.due)).to_string() };
        let state = if self.stream.is_some() { "open" } else { "closed" };
        self.lines.push_back(format!("idle {state} {} {} {} {due}", self.made, self.sent, self.received));
        Ok(())
    }

    /// Hears the node until it has done all it was told.
    fn settle(&mut self) -> Result<()> {
        loop {
            let (kind, body) = self.from.receive_within(PATIENCE).context("the emulator does not answer")?;
            match Said::read(kind, body)? {
                Said::Waits { due, taken } => {
                    self.due = due;
                    if !self.begun {
                        self.begin();
                    } else if self.channel.are_all(taken) {
                        return Ok(());
                    }
                }
                Said::Line(line) => self.lines.push_back(line),
                Said::Connected(line) => {
                    self.lines.push_back(line);
                    self.link(true);
                }
                Said::Asks(name) => {
                    let found = resolve(&name);
                    self.channel.send(b'n', found.as_ref().map_or(&[], |address| address));
                }
                Said::Connects(broker) => self.connect(&broker)?,
                Said::Sends(bytes) => self.send(&bytes),
                Said::Ends => self.close(),
                Said::Restarts(kept) => self.restart(kept)?,
            }
        }
    }

    /// What a node finds when it starts.
    fn begin(&mut self) {
        self.channel.send(b'v', &[]);
        for (kind, body) in self.world.frames(self.kept.take(), self.seed.wrapping_add(self.runs)) {
            self.channel.send(kind, &body);
        }
        self.begun = true;
        self.started = self.now;
        self.tell_time();
    }

    fn connect(&mut self, broker: &str) -> Result<()> {
        match TcpStream::connect(broker) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                self.stream = Some(stream);
                (self.made, self.sent, self.received) = (self.made + 1, 0, 0);
                self.channel.send(b'c', &[]);
            }
            Err(_) => self.channel.send(b'f', &[]),
        }
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) {
        let Some(stream) = &mut self.stream else { return };
        if stream.write_all(bytes).is_ok() {
            self.sent += bytes.len() as u64;
            self.channel.send(b's', &[]);
        } else {
            self.close();
            self.channel.send(b'x', &[]);
        }
    }

    fn close(&mut self) {
        if let Some(stream) = self.stream.take() {
            // A connection that is gone already can't be shut down.
            let _ = stream.shutdown(Shutdown::Both);
        }
        self.link(false);
    }

    fn link(&mut self, up: bool) {
        if self.up != up {
            self.up = up;
            self.lines.push_back(format!("link {}", if up { "up" } else { "down" }));
        }
    }

    /// A restart is a new emulator: nothing is left in it but what the chip would keep.
    fn restart(&mut self, kept: Vec<u8>) -> Result<()> {
        self.lines.push_back("log restarts".into());
        self.close();
        self.kept = Some(kept);
        self.runs += 1;
        let (to, from) = self.machine.start(&self.program.path().join(Self::PROGRAM))?;
        (self.channel, self.from) = (Channel::new(to), from);
        (self.due, self.begun) = (NEVER, false);
        Ok(())
    }
}

impl Drop for Stepped {
    fn drop(&mut self) {
        self.machine.kill();
    }
}
