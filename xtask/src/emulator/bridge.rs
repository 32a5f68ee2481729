//! Between an emulated node and the rest of this machine: TCP to the broker on one side, lines of text about pins on
//! the other, and time, which passes for the node only when it is told so.

use super::Settings;
use super::machine::{FromNode, Handle, ToNode};
use anyhow::Result;
use fleetwright_host::{Command, Connection, Happened};
use fleetwright_node::Level;
use fleetwright_standin::frames::{LONGEST, NEVER};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs};
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

/// What the world is like, to be told again after a restart.
#[derive(Default)]
struct World {
    pins: BTreeMap<u8, bool>,
    analog: u16,
    wifi: bool,
}

pub(super) struct Bridge {
    elf: PathBuf,
    settings: Settings,
    machine: Handle,
    tell: Sender<News>,
    say: Say,
    to: ToNode,
    /// Which emulator this is: a node that restarts gets a new one.
    run: u64,
    world: World,
    /// What was said and not obeyed yet.
    lines: VecDeque<String>,
    /// What outlived the last restart.
    kept: Option<Vec<u8>>,
    /// When the node started, on this machine's clock and in virtual time.
    start: Instant,
    virtual_start: u64,
    virtual_now: u64,
    /// Where `advance` leads; `None`: time stands still.
    target: Option<u64>,
    sent: u32,
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
    pub(super) fn new(elf: &Path, settings: Settings, machine: Handle, tell: Sender<News>, say: Say) -> Result<Self> {
        let (to, from) = machine.start(elf)?;
        listen(0, from, tell.clone());
        let world = World { wifi: true, ..World::default() };
        Ok(Self {
            elf: elf.to_owned(),
            settings,
            machine,
            tell,
            say,
            to,
            run: 0,
            world,
            lines: VecDeque::new(),
            kept: None,
            start: Instant::now(),
            virtual_start: 0,
            virtual_now: 0,
            target: None,
            sent: 0,
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
                Err(RecvTimeoutError::Timeout) => self.tell_time(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if let Err(error) = happened.and_then(|()| self.advance()) {
                (self.say)(&format!("error {error:#}"));
                return;
            }
        }
        self.machine.kill();
    }

    /// How long nothing has to be done.
    fn wait(&self) -> Duration {
        if self.settings.virtual_time || !self.is_quiet() || self.due == NEVER {
            return Duration::from_secs(3600);
        }
        Duration::from_millis(u64::from(self.due)).saturating_sub(self.start.elapsed())
    }

    /// Whether the node has done all it was told, and waits.
    fn is_quiet(&self) -> bool {
        self.begun && self.taken == self.sent
    }

    /// The node's own time, in milliseconds.
    fn now(&self) -> u32 {
        let now = if self.settings.virtual_time {
            self.virtual_now - self.virtual_start
        } else {
            self.start.elapsed().as_millis() as u64
        };
        u32::try_from(now).unwrap_or(NEVER - 1)
    }

    fn send(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        // An emulator that ended is noticed where its frames are read.
        let _ = self.to.send(kind, body);
        self.sent = self.sent.wrapping_add(1);
        Ok(())
    }

    fn tell_time(&mut self) -> Result<()> {
        let now = self.now();
        self.send(b't', &now.to_be_bytes())
    }

    /// Something happened to the node, at this time.
    fn event(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        if !self.begun {
            return Ok(());
        }
        self.tell_time()?;
        self.send(kind, body)
    }

    /// What a node finds when it starts.
    fn begin(&mut self) -> Result<()> {
        if let Some(kept) = self.kept.take() {
            self.send(b'k', &kept)?;
        }
        self.send(b'r', &self.settings.seed.wrapping_add(self.run as u32).to_be_bytes())?;
        self.send(b'w', &[u8::from(self.world.wifi)])?;
        self.send(b'a', &self.world.analog.to_be_bytes())?;
        for (pin, high) in self.world.pins.clone() {
            self.send(b'p', &[pin, u8::from(high)])?;
        }
        self.begun = true;
        self.start = Instant::now();
        self.virtual_start = self.virtual_now;
        self.tell_time()
    }

    fn take(&mut self, news: News) -> Result<()> {
        match news {
            News::Line(line) => {
                self.lines.push_back(line);
                self.read_lines()
            }
            News::Frame(run, kind, body) if run == self.run => self.frame(kind, &body),
            News::Ended(run) if run == self.run => {
                self.quit = true;
                Ok(())
            }
            News::Frame(..) | News::Ended(_) => Ok(()),
            News::Network(happened) => self.network(happened),
            News::Found(address) => self.event(b'n', address.as_ref().map_or(&[], |address| address)),
        }
    }

    /// Obeys what was said, in order: what comes after an `advance` waits until that time is reached.
    fn read_lines(&mut self) -> Result<()> {
        while let Some(line) = self.target.is_none().then(|| self.lines.pop_front()).flatten() {
            match Command::read(&line) {
                Ok(command) => self.obey(command)?,
                Err(mistake) => (self.say)(&format!("error {mistake}")),
            }
        }
        Ok(())
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
            Command::Advance(ms) if self.settings.virtual_time => {
                self.target = Some(self.virtual_now.saturating_add(ms));
                Ok(())
            }
            Command::Advance(_) => {
                (self.say)("error time is real");
                Ok(())
            }
            Command::Sync(_) => {
                (self.say)("error sync is for stepped time");
                Ok(())
            }
            Command::Device { .. } => {
                (self.say)("error the emulator has no bus");
                Ok(())
            }
            Command::Quit => {
                self.quit = true;
                Ok(())
            }
        }
    }

    /// Lets virtual time pass while the node waits, stopping wherever it has something to do.
    fn advance(&mut self) -> Result<()> {
        let Some(target) = self.target.filter(|_| self.is_quiet()) else { return Ok(()) };
        if self.virtual_now == target {
            self.target = None;
            (self.say)(&format!("time {target}"));
            return self.read_lines();
        }
        let due = if self.due == NEVER { target } else { self.virtual_start + u64::from(self.due) };
        self.virtual_now = due.clamp(self.virtual_now + 1, target);
        self.tell_time()
    }

    fn frame(&mut self, kind: u8, body: &[u8]) -> Result<()> {
        let text = || String::from_utf8_lossy(body).into_owned();
        match (kind, body) {
            (b'T', &[a, b, c, d, e, f, g, h]) => {
                self.due = u32::from_be_bytes([a, b, c, d]);
                self.taken = u32::from_be_bytes([e, f, g, h]);
                if !self.begun {
                    return self.begin();
                }
                if self.is_quiet() && !self.ready {
                    self.ready = true;
                    (self.say)("ready");
                }
            }
            (b'P', &[pin, level]) => (self.say)(&format!("pin {pin} {}", if level == 1 { "high" } else { "low" })),
            (b'L', _) => {
                (self.say)(&format!("log {}", text()));
                if body == b"connected" {
                    self.link(true);
                }
            }
            (b'H', _) => (self.say)(&text()),
            (b'W', _) => (self.say)(&format!("log joins {}", text())),
            (b'N', _) => resolve(text(), self.tell.clone()),
            (b'C', &[a, b, c, d, high, low]) => {
                let broker = format!("{}:{}", Ipv4Addr::from([a, b, c, d]), u16::from_be_bytes([high, low]));
                self.made += 1;
                self.connection = Some(Connection::start(self.made, broker, self.tell.clone(), News::Network));
            }
            (b'D', bytes) => return self.forward(bytes),
            (b'X', _) => {
                self.connection = None;
                self.link(false);
            }
            (b'R', kept) => return self.restart(kept.to_vec()),
            _ => anyhow::bail!("the node did what the SDK does not allow: {}", text()),
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
        self.to = to;
        self.run += 1;
        (self.sent, self.taken, self.due, self.begun) = (0, 0, NEVER, false);
        listen(self.run, from, self.tell.clone());
        Ok(())
    }

    fn forward(&mut self, mut bytes: &[u8]) -> Result<()> {
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
        if self.connection.is_some() { self.event(b's', &[]) } else { Ok(()) }
    }

    fn network(&mut self, happened: Happened) -> Result<()> {
        let current = |number| self.connection.as_ref().is_some_and(|connection: &Connection| connection.is(number));
        match happened {
            Happened::Opened(number, stream) if current(number) => {
                if let Some(connection) = &mut self.connection {
                    connection.opened(stream);
                }
                self.event(b'c', &[])
            }
            Happened::Received(number, bytes) if current(number) => {
                for part in bytes.chunks(LONGEST) {
                    self.event(b'd', part)?;
                }
                Ok(())
            }
            Happened::Closed(number) if current(number) => {
                self.connection = None;
                let was_up = self.up;
                self.link(false);
                self.event(if was_up { b'x' } else { b'f' }, &[])
            }
            // A connection that was given up already.
            _ => Ok(()),
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

/// Looks an address up; names of this machine's network, as the chip would ask its router.
fn resolve(name: String, tell: Sender<News>) {
    std::thread::spawn(move || {
        let addresses = (name.as_str(), 0).to_socket_addrs().map(Vec::from_iter).unwrap_or_default();
        let found = addresses.iter().find_map(|address| match address.ip() {
            IpAddr::V4(address) => Some(address.octets()),
            IpAddr::V6(_) => None,
        });
        let _ = tell.send(News::Found(found));
    });
}
