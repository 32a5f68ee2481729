//! The loop of a node's process: waits for the world, the network or the clock, and lets the node act.

use crate::arguments::{self, Arguments, USAGE};
use crate::brokers::Brokers;
use crate::pins::Pins;
use crate::report::{LinkState, report};
use crate::resolver::Resolver;
use crate::stepped::Stepped;
use crate::tcp::{Connection, ConnectionEvent};
use crate::transport::Transport;
use fleetwright_node::{Identity, Instant, Memory, Names, Node, OUTBOX, Program, RoleState, Slot, Socket};
use fleetwright_protocol::{Command, Report};
use std::io::BufRead;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// What happens to the process.
enum Event {
    /// A line of standard input.
    Line(String),
    /// The end of standard input.
    InputEnded,
    /// Something about the connection to the broker.
    Network(ConnectionEvent),
}

/// Runs the program of a node until the world says `quit`.
pub fn main(program: &'static Program) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help") {
        println!("`{}` of the fleet `{}`: {USAGE}", program.node, program.fleet);
        return ExitCode::SUCCESS;
    }
    let arguments = arguments::read(arguments.into_iter()).and_then(|arguments| {
        match (arguments.brokers.first(), &program.network) {
            (None, Some(_)) => Err("this node has network: --broker HOST:PORT is missing".to_owned()),
            _ => Ok(arguments),
        }
    });
    match arguments {
        Ok(arguments) => {
            run(program, arguments);
            ExitCode::SUCCESS
        }
        Err(mistake) => {
            eprintln!("{}: {mistake}\nusage: {} {USAGE}", program.node, program.node);
            ExitCode::from(2)
        }
    }
}

fn run(program: &'static Program, mut arguments: Arguments) {
    let mut slots = vec![Slot::default(); program.topics.len()];
    let mut states = vec![RoleState::default(); program.roles.len()];
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
    let transport = Transport::new(arguments.proof.clone());
    let brokers = Brokers::new(arguments.brokers.clone(), arguments.seed);
    let mut pins = Pins::new(arguments.virtual_time, std::mem::take(&mut arguments.kept));
    arguments.world.iter().for_each(|input| pins.apply(*input));
    if arguments.virtual_time {
        let resolver = Resolver::in_virtual_time(arguments.responders);
        return Stepped::new(node, transport, pins, brokers, resolver).run();
    }
    let (sender, events) = channel();
    let input = sender.clone();
    std::thread::spawn(move || read_input(&input));
    Process {
        node,
        transport,
        pins,
        start: std::time::Instant::now(),
        brokers,
        resolver: Resolver::new(arguments.responders),
        connection: None,
        made: 0,
        link: LinkState::default(),
        wifi: true,
        sender,
    }
    .run(&events);
}

/// Passes on standard input, line by line.
fn read_input(sender: &Sender<Event>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        if sender.send(Event::Line(line)).is_err() {
            return;
        }
    }
    // The loop may have ended before us, by `quit`.
    let _ = sender.send(Event::InputEnded);
}

struct Process<'m> {
    node: Node<'m>,
    transport: Transport,
    pins: Pins,
    start: std::time::Instant,
    brokers: Brokers,
    resolver: Resolver,
    connection: Option<Connection>,
    made: u64,
    link: LinkState,
    /// Whether the network is in reach.
    wifi: bool,
    sender: Sender<Event>,
}

impl Process<'_> {
    fn run(&mut self, events: &Receiver<Event>) {
        let mut due = self.node.start(self.now(), &mut self.pins);
        report(Report::Ready);
        loop {
            let socket_due = self.serve_socket();
            let now = self.now();
            let next = [due, socket_due].into_iter().flatten().min();
            let wait = next.map_or(3_600_000, |next| next.since(now).as_millis());
            let wait = Duration::from_millis(wait);
            match events.recv_timeout(wait) {
                Ok(Event::InputEnded) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Event::Line(line)) => match Command::read(&line) {
                    Ok(Command::Quit) => return,
                    Ok(command) => self.obey(command),
                    Err(mistake) => report(Report::Error(&mistake.to_string())),
                },
                Ok(Event::Network(event)) => self.take(event),
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
            Command::Input(input) => self.pins.apply(input),
            Command::Wifi(there) => self.wifi = there,
            Command::Heap => report(Report::Error("a process has no heap to count")),
            Command::Advance(_) | Command::Sync(_) => report(Report::Error("time is real")),
            Command::Quit => {}
        }
    }

    fn take(&mut self, event: ConnectionEvent) {
        let now = self.now();
        let current = |number| self.connection.as_ref().is_some_and(|connection| connection.is(number));
        match event {
            ConnectionEvent::Opened(number, stream) if current(number) => {
                if let Some(connection) = &mut self.connection {
                    connection.opened(stream);
                }
                self.transport.opened(&mut self.node, now);
            }
            ConnectionEvent::Received(number, bytes) if current(number) => {
                let received = self.transport.received(&bytes, &mut self.node, &mut self.pins, now);
                received.unwrap_or_else(|_| self.give_up(now));
            }
            ConnectionEvent::Closed(number) if current(number) => self.give_up(now),
            // A connection that was given up already.
            _ => {}
        }
    }

    fn give_up(&mut self, now: Instant) {
        self.connection = None;
        self.transport.closed();
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
                    self.connection =
                        Some(Connection::start(self.made, broker, self.resolver, self.sender.clone(), Event::Network));
                }
            }
            Socket::Closed { until } => {
                self.connection = None;
                self.transport.closed();
                due = Some(until);
            }
            _ => {}
        }
        match self.transport.serve(&mut self.node, &mut self.pins, now) {
            Ok(deadline) => due = [due, deadline].into_iter().flatten().min(),
            Err(_) => self.give_up(now),
        }
        while let Some(connection) = self.connection.as_mut().filter(|_| self.transport.has_to_send(&self.node)) {
            match self.transport.send(&mut self.node, &mut self.pins, now, |bytes| connection.send(bytes)) {
                Ok(0) => break,
                Ok(_) => {}
                Err(_) => self.give_up(now),
            }
            if self.transport.serve(&mut self.node, &mut self.pins, now).is_err() {
                self.give_up(now);
            }
        }
        if let Some(change) = self.link.change(self.node.connected()) {
            report(change);
        }
        due
    }
}
