//! The loop of a node's process: waits for the world, the network or the clock, and lets the node act.

use crate::arguments::{self, Arguments, USAGE};
use crate::brokers::Brokers;
use crate::line::Line;
use crate::pins::{Command, Pins, say};
use crate::stepped::Stepped;
use crate::tcp::{Connection, Happened};
use fleetwright_node::{Identity, Instant, Memory, Names, Node, OUTBOX, Program, Slot, Socket, State};
use std::io::BufRead;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

enum News {
    World(String),
    WorldEnded,
    Network(Happened),
}

/// Runs the program of a node until the world says `quit`.
pub fn main(program: &'static Program) -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        println!("`{}` of the fleet `{}`: {USAGE}", program.node, program.fleet);
        return ExitCode::SUCCESS;
    }
    let arguments =
        arguments::read(words.into_iter()).and_then(|arguments| match (arguments.brokers.first(), &program.network) {
            (None, Some(_)) => Err("this node has network: --broker HOST:PORT is missing".to_owned()),
            _ => Ok(arguments),
        });
    match arguments {
        Ok(arguments) => {
            run(program, &arguments);
            ExitCode::SUCCESS
        }
        Err(mistake) => {
            eprintln!("{}: {mistake}\nusage: {} {USAGE}", program.node, program.node);
            ExitCode::from(2)
        }
    }
}

fn run(program: &'static Program, arguments: &Arguments) {
    let mut slots = vec![Slot::default(); program.topics.len()];
    let mut states = vec![State::default(); program.roles.len()];
    let mut text = vec![0; program.text_memory()];
    let table = arguments.name_table();
    let names = Names::read(&table).filter(|names| !names.is_empty());
    let longest = arguments.names.iter().map(String::len).fold(program.longest_name(), usize::max);
    let mut receive = vec![0; program.receive_memory(longest)];
    let mut transmit = vec![0; program.transmit_memory(longest)];
    let mut outbox = vec![None; OUTBOX];
    let memory = Memory {
        slots: &mut slots,
        states: &mut states,
        text: &mut text,
        receive: &mut receive,
        transmit: &mut transmit,
        outbox: &mut outbox,
    };
    let credentials = arguments.credentials.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
    let client_id = arguments.client_id.as_deref().unwrap_or(program.node);
    let identity = Identity { client_id, credentials, names };
    let node = Node::new(program, identity, memory, arguments.seed);
    let line = Line::new(arguments.proof.clone());
    let brokers = Brokers::new(arguments.brokers.clone(), arguments.seed);
    let mut pins = Pins::new(arguments.virtual_time);
    for command in &arguments.world {
        match *command {
            Command::Pin(pin, level) => pins.set(pin, level),
            Command::Analog(reading) => pins.set_analog(reading),
            Command::Device { sda, scl, kind } => pins.set_device(sda, scl, kind),
            _ => {}
        }
    }
    if arguments.virtual_time {
        return Stepped::new(node, line, pins, brokers).run();
    }
    let (tell, news) = channel();
    let world = tell.clone();
    std::thread::spawn(move || listen(&world));
    Process {
        node,
        line,
        pins,
        start: std::time::Instant::now(),
        brokers,
        connection: None,
        made: 0,
        up: false,
        wifi: true,
        tell,
    }
    .run(&news);
}

/// Passes on standard input, line by line.
fn listen(tell: &Sender<News>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        if tell.send(News::World(line)).is_err() {
            return;
        }
    }
    // The loop may have ended before us, by `quit`.
    let _ = tell.send(News::WorldEnded);
}

struct Process<'m> {
    node: Node<'m>,
    line: Line,
    pins: Pins,
    start: std::time::Instant,
    brokers: Brokers,
    connection: Option<Connection>,
    made: u64,
    up: bool,
    /// Whether the network is in reach.
    wifi: bool,
    tell: Sender<News>,
}

impl Process<'_> {
    fn run(&mut self, news: &Receiver<News>) {
        let mut due = self.node.start(self.now(), &mut self.pins);
        say(format_args!("ready"));
        loop {
            let socket_due = self.serve_socket();
            let now = self.now();
            let next = [due, socket_due].into_iter().flatten().min();
            let wait = next.map_or(3_600_000, |next| next.since(now).as_millis());
            let wait = Duration::from_millis(wait);
            match news.recv_timeout(wait) {
                Ok(News::WorldEnded) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(News::World(line)) => match Command::read(&line) {
                    Ok(Command::Quit) => return,
                    Ok(command) => self.obey(command),
                    Err(mistake) => say(format_args!("error {mistake}")),
                },
                Ok(News::Network(happened)) => self.hear(happened),
                Err(RecvTimeoutError::Timeout) => {}
            }
            due = self.node.poll(self.now(), &mut self.pins);
        }
    }

    fn now(&self) -> Instant {
        Instant::from_millis(self.start.elapsed().as_millis() as u64)
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Pin(pin, level) => self.pins.set(pin, level),
            Command::Analog(reading) => self.pins.set_analog(reading),
            Command::Device { sda, scl, kind } => self.pins.set_device(sda, scl, kind),
            Command::Wifi(there) => self.wifi = there,
            Command::Heap => say(format_args!("error a process has no heap to count")),
            Command::Advance(_) | Command::Sync(_) => say(format_args!("error time is real")),
            Command::Quit => {}
        }
    }

    fn hear(&mut self, happened: Happened) {
        let now = self.now();
        let current = |number| self.connection.as_ref().is_some_and(|connection| connection.is(number));
        match happened {
            Happened::Opened(number, stream) if current(number) => {
                if let Some(connection) = &mut self.connection {
                    connection.opened(stream);
                }
                self.line.opened(&mut self.node, now);
            }
            Happened::Received(number, bytes) if current(number) => {
                let received = self.line.received(&bytes, &mut self.node, &mut self.pins, now);
                received.unwrap_or_else(|_| self.give_up(now));
            }
            Happened::Closed(number) if current(number) => self.give_up(now),
            // A connection that was given up already.
            _ => {}
        }
    }

    fn give_up(&mut self, now: Instant) {
        self.connection = None;
        self.line.closed();
        self.node.closed(now);
    }

    /// Opens, closes and feeds the socket as the node wants; when to look again.
    fn serve_socket(&mut self) -> Option<Instant> {
        let now = self.now();
        let mut due = None;
        if !self.wifi && self.connection.is_some() {
            self.give_up(now);
        }
        match self.node.socket(now) {
            Socket::Open if self.connection.is_none() && self.wifi => {
                if let Some(broker) = self.brokers.turn() {
                    self.made += 1;
                    self.connection = Some(Connection::start(self.made, broker, self.tell.clone(), News::Network));
                }
            }
            Socket::Closed { until } => {
                self.connection = None;
                self.line.closed();
                due = Some(until);
            }
            _ => {}
        }
        match self.line.serve(&mut self.node, &mut self.pins, now) {
            Ok(deadline) => due = [due, deadline].into_iter().flatten().min(),
            Err(_) => self.give_up(now),
        }
        while let Some(connection) = self.connection.as_mut().filter(|_| self.line.has_to_send(&self.node)) {
            match self.line.send(&mut self.node, &mut self.pins, now, |bytes| connection.send(bytes)) {
                Ok(0) => break,
                Ok(_) => {}
                Err(_) => self.give_up(now),
            }
            if self.line.serve(&mut self.node, &mut self.pins, now).is_err() {
                self.give_up(now);
            }
        }
        if self.up != self.node.connected() {
            self.up = self.node.connected();
            say(format_args!("link {}", if self.up { "up" } else { "down" }));
        }
        due
    }
}
