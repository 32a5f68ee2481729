//! Between an emulated node and the rest of this machine: TCP to the broker on one side, lines of text about pins on
//! the other. Time is real.

use super::machine::{FromNode, Handle};
use super::said::{Channel, Said, World, device, resolve};
use anyhow::Result;
use fleetwright_host::{Command, Connection, Happened};
use fleetwright_node::Level;
use fleetwright_standin::frames::{LONGEST, NEVER};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// What happened, from whichever side.
pub(super) enum News {
    /// A line of the line protocol.
    Line(String),
    /// The node sent a frame; the number tells emulators apart.
    Frame(u64, u8, Vec<u8>),
    /// The emulator ended.
    Ended(u64),
    /// The connection to the broker.
    Network(Happened),
    /// An address was found, or there is none.
    Found(Option<[u8; 4]>),
}

/// What a line of the node is handed to.
pub(super) type Say = Box<dyn FnMut(&str) + Send>;

pub(super) struct Bridge {
    elf: PathBuf,
    seed: u32,
    machine: Handle,
    tell: Sender<News>,
    say: Say,
    channel: Channel,
    /// Which emulator this is: a node that restarts gets a new one.
    run: u64,
    world: World,
    /// What outlived the last restart.
    kept: Option<Vec<u8>>,
    /// When the node started.
    start: Instant,
    taken: u32,
    /// When the node wants to be told the time, in its own milliseconds.
    due: u32,
    begun: bool,
    ready: bool,
    up: bool,
    connection: Option<Connection>,
    made: u64,
    quit: bool,
}

impl Bridge {
    pub(super) fn new(elf: &Path, seed: u32, machine: Handle, tell: Sender<News>, say: Say) -> Result<Self> {
        let (to, from) = machine.start(elf)?;
        listen(0, from, tell.clone());
        Ok(Self {
            elf: elf.to_owned(),
            seed,
            machine,
            tell,
            say,
            channel: Channel::new(to),
            run: 0,
            world: World::new(),
            kept: None,
            start: Instant::now(),
            taken: 0,
            due: NEVER,
            begun: false,
            ready: false,
            up: false,
            connection: None,
            made: 0,
            quit: false,
        })
    }

    /// Runs until the node or the world ends.
    pub(super) fn run(mut self, news: &Receiver<News>) {
        while !self.quit {
            let wait = self.wait();
            let happened = match news.recv_timeout(wait) {
                Ok(news) => self.take(news),
                Err(RecvTimeoutError::Timeout) => {
                    self.tell_time();
                    Ok(())
                }
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if let Err(error) = happened {
                (self.say)(&format!("error {error:#}"));
                return;
            }
        }
        self.machine.kill();
    }

    /// How long nothing has to be done.
    fn wait(&self) -> Duration {
        if !self.is_quiet() || self.due == NEVER {
            return Duration::from_secs(3600);
        }
        Duration::from_millis(u64::from(self.due)).saturating_sub(self.start.elapsed())
    }

    /// Whether the node has done all it was told, and waits.
    fn is_quiet(&self) -> bool {
        self.begun && self.channel.are_all(self.taken)
    }

    fn tell_time(&mut self) {
        let now = u32::try_from(self.start.elapsed().as_millis()).unwrap_or(NEVER - 1);
        self.channel.send(b't', &now.to_be_bytes());
    }

    /// Something happened to the node, now.
    fn event(&mut self, kind: u8, body: &[u8]) {
        if self.begun {
            self.tell_time();
            self.channel.send(kind, body);
        }
    }

    /// What a node finds when it starts.
    fn begin(&mut self) {
        for (kind, body) in self.world.frames(self.kept.take(), self.seed.wrapping_add(self.run as u32)) {
            self.channel.send(kind, &body);
        }
        self.begun = true;
        self.start = Instant::now();
        self.tell_time();
    }

    fn take(&mut self, news: News) -> Result<()> {
        match news {
            News::Line(line) => match Command::read(&line) {
                Ok(command) => self.obey(command),
                Err(mistake) => (self.say)(&format!("error {mistake}")),
            },
            News::Frame(run, kind, body) if run == self.run => return self.hear(Said::read(kind, body)?),
            News::Ended(run) if run == self.run => self.quit = true,
            News::Frame(..) | News::Ended(_) => {}
            News::Network(happened) => self.network(happened),
            News::Found(address) => self.event(b'n', address.as_ref().map_or(&[], |address| address)),
        }
        Ok(())
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Pin(pin, level) => {
                let high = level == Level::High;
                self.world.pins.insert(pin, high);
                self.event(b'p', &[pin, u8::from(high)]);
            }
            Command::Analog(reading) => {
                self.world.analog = reading;
                self.event(b'a', &reading.to_be_bytes());
            }
            Command::Wifi(there) => {
                self.world.wifi = there;
                self.event(b'w', &[u8::from(there)]);
            }
            Command::Heap => self.event(b'h', &[]),
            Command::Advance(_) | Command::Sync(_) => (self.say)("error time is real"),
            Command::Device { sda, scl, kind } => {
                self.world.devices.insert((sda, scl), kind);
                self.event(b'i', &device(sda, scl, kind));
            }
            Command::Quit => self.quit = true,
        }
    }

    fn hear(&mut self, said: Said) -> Result<()> {
        match said {
            Said::Waits { due, taken } => {
                (self.due, self.taken) = (due, taken);
                if !self.begun {
                    self.begin();
                } else if self.is_quiet() && !self.ready {
                    self.ready = true;
                    (self.say)("ready");
                }
            }
            Said::Line(line) => (self.say)(&line),
            Said::Connected(line) => {
                (self.say)(&line);
                self.link(true);
            }
            Said::Asks(name) => {
                let tell = self.tell.clone();
                // The bridge may have ended before the answer.
                std::thread::spawn(move || drop(tell.send(News::Found(resolve(&name)))));
            }
            Said::Connects(broker) => {
                self.made += 1;
                self.connection = Some(Connection::start(self.made, broker, self.tell.clone(), News::Network));
            }
            Said::Sends(bytes) => self.forward(&bytes),
            Said::Ends => {
                self.connection = None;
                self.link(false);
            }
            Said::Restarts(kept) => return self.restart(kept),
        }
        Ok(())
    }

    /// A restart is a new emulator: nothing is left in it but what the chip would keep.
    fn restart(&mut self, kept: Vec<u8>) -> Result<()> {
        (self.say)("restarts");
        self.connection = None;
        self.link(false);
        self.kept = Some(kept);
        let (to, from) = self.machine.start(&self.elf)?;
        self.channel = Channel::new(to);
        self.run += 1;
        (self.taken, self.due, self.begun) = (0, NEVER, false);
        listen(self.run, from, self.tell.clone());
        Ok(())
    }

    fn forward(&mut self, mut bytes: &[u8]) {
        while let (Some(connection), false) = (&mut self.connection, bytes.is_empty()) {
            match connection.send(bytes) {
                Ok(count) if count > 0 => bytes = &bytes[count..],
                _ => {
                    self.connection = None;
                    self.link(false);
                    return self.event(b'x', &[]);
                }
            }
        }
        if self.connection.is_some() {
            self.event(b's', &[]);
        }
    }

    fn network(&mut self, happened: Happened) {
        let current = |number| self.connection.as_ref().is_some_and(|connection: &Connection| connection.is(number));
        match happened {
            Happened::Opened(number, stream) if current(number) => {
                if let Some(connection) = &mut self.connection {
                    connection.opened(stream);
                }
                self.event(b'c', &[]);
            }
            Happened::Received(number, bytes) if current(number) => {
                bytes.chunks(LONGEST).for_each(|part| self.event(b'd', part));
            }
            Happened::Closed(number) if current(number) => {
                self.connection = None;
                let was_up = self.up;
                self.link(false);
                self.event(if was_up { b'x' } else { b'f' }, &[]);
            }
            // A connection that was given up already.
            _ => {}
        }
    }

    fn link(&mut self, up: bool) {
        if self.up != up {
            self.up = up;
            (self.say)(if up { "link up" } else { "link down" });
        }
    }
}

/// Passes on what an emulator sends.
fn listen(run: u64, mut from: FromNode, tell: Sender<News>) {
    std::thread::spawn(move || {
        while let Ok((kind, body)) = from.receive() {
            if tell.send(News::Frame(run, kind, body)).is_err() {
                return;
            }
        }
        // The bridge may have ended before its emulator.
        let _ = tell.send(News::Ended(run));
    });
}
