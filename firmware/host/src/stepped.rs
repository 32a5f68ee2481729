//! The loop of a node's process in virtual time: nothing happens by itself. The world says when time passes and how
//! much arrived from the network, and the node answers when it has done all that follows; so who asks the same twice
//! is answered the same twice.

use crate::brokers::Brokers;
use crate::line::Line;
use crate::pins::{Command, Pins, say};
use fleetwright_node::{Instant, Node, Socket};
use std::io::{BufRead, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// How long bytes may take that the world says are there.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Stepped<'m> {
    node: Node<'m>,
    line: Line,
    pins: Pins,
    now: u64,
    brokers: Brokers,
    stream: Option<TcpStream>,
    /// Connections made so far; bytes sent and received on the last of them.
    made: u64,
    sent: u64,
    received: u64,
    up: bool,
}

impl<'m> Stepped<'m> {
    pub(crate) fn new(node: Node<'m>, line: Line, pins: Pins, brokers: Brokers) -> Self {
        Self { node, line, pins, now: 0, brokers, stream: None, made: 0, sent: 0, received: 0, up: false }
    }

    /// Obeys standard input until it ends.
    pub(crate) fn run(mut self) {
        self.node.start(Instant::default(), &mut self.pins);
        say(format_args!("ready"));
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            match Command::read(&line) {
                Ok(Command::Quit) => return,
                Ok(Command::Pin(pin, level)) => {
                    self.pins.set(pin, level);
                    self.act();
                }
                Ok(Command::Analog(reading)) => {
                    self.pins.set_analog(reading);
                    self.act();
                }
                Ok(Command::Device { sda, scl, kind }) => {
                    self.pins.set_device(sda, scl, kind);
                    self.act();
                }
                Ok(Command::Advance(ms)) => self.advance(self.now.saturating_add(ms)),
                Ok(Command::Sync(arrived)) => self.sync(arrived),
                Ok(Command::Wifi(_) | Command::Heap) => say(format_args!("error not in virtual time")),
                Err(mistake) => say(format_args!("error {mistake}")),
            }
        }
    }

    fn instant(&self) -> Instant {
        Instant::from_millis(self.now)
    }

    /// Lets time pass, stopping wherever the node has something to do.
    fn advance(&mut self, to: u64) {
        loop {
            let due = self.act();
            if self.now == to {
                break;
            }
            self.now = due.map_or(to, Instant::as_millis).clamp(self.now + 1, to);
        }
        say(format_args!("time {to}"));
    }

    /// Takes what arrived: so many bytes of this connection in all, or everything up to its end.
    fn sync(&mut self, arrived: Option<u64>) {
        let mut buffer = [0; 2048];
        while let Some(stream) = self.stream.as_mut() {
            let missing = arrived.map_or(u64::MAX, |arrived| arrived.saturating_sub(self.received));
            let length = buffer.len().min(usize::try_from(missing).unwrap_or(usize::MAX));
            if length == 0 {
                break;
            }
            match stream.read(&mut buffer[..length]) {
                Ok(count) if count > 0 => {
                    self.received += count as u64;
                    let now = self.instant();
                    if self.line.received(&buffer[..count], &mut self.node, &mut self.pins, now).is_err() {
                        self.give_up();
                    }
                    self.act();
                }
                // The end, or as good as that.
                _ => self.give_up(),
            }
        }
        let due = self.act().map_or("-".to_owned(), |due| due.as_millis().to_string());
        let state = if self.stream.is_some() { "open" } else { "closed" };
        say(format_args!("idle {state} {} {} {} {due}", self.made, self.sent, self.received));
    }

    /// Does all that is due now; when there is more to do.
    fn act(&mut self) -> Option<Instant> {
        let now = self.instant();
        let due = self.node.poll(now, &mut self.pins);
        let socket_due = self.serve_socket();
        let again = self.node.poll(now, &mut self.pins);
        [due, again, socket_due].into_iter().flatten().filter(|due| *due > now).min()
    }

    fn give_up(&mut self) {
        self.stream = None;
        self.line.closed();
        self.node.closed(self.instant());
    }

    fn serve_socket(&mut self) -> Option<Instant> {
        let now = self.instant();
        let mut due = None;
        match self.node.socket(now) {
            Socket::Open if self.stream.is_none() => match self.brokers.turn().map(|broker| connect(&broker)) {
                Some(Ok(stream)) => {
                    self.stream = Some(stream);
                    (self.made, self.sent, self.received) = (self.made + 1, 0, 0);
                    self.line.opened(&mut self.node, now);
                }
                Some(Err(_)) => self.node.closed(now),
                None => {}
            },
            Socket::Closed { .. } => {
                self.stream = None;
                self.line.closed();
            }
            _ => {}
        }
        match self.line.serve(&mut self.node, &mut self.pins, now) {
            Ok(deadline) => due = deadline,
            Err(_) => self.give_up(),
        }
        while let Some(stream) = self.stream.as_mut().filter(|_| self.line.has_to_send(&self.node)) {
            match self.line.send(&mut self.node, &mut self.pins, now, |bytes| stream.write(bytes)) {
                Ok(count) if count > 0 => self.sent += count as u64,
                _ => self.give_up(),
            }
            if self.line.serve(&mut self.node, &mut self.pins, now).is_err() {
                self.give_up();
            }
        }
        if let Socket::Closed { until } = self.node.socket(now) {
            due = Some(until);
        }
        if self.up != self.node.connected() {
            self.up = self.node.connected();
            say(format_args!("link {}", if self.up { "up" } else { "down" }));
        }
        due
    }
}

fn connect(broker: &str) -> std::io::Result<TcpStream> {
    let stream = TcpStream::connect(broker)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}
