//! A node's process in virtual time: the node as a machine of the [`stepper`](crate::stepper).

use crate::brokers::Brokers;
use crate::pins::Pins;
use crate::report::{LinkState, report};
use crate::resolver::Resolver;
use crate::stepper::{Event, Machine, SteppedConnection, Stepper};
use crate::transport::Transport;
use fleetwright_node::{Instant, Node, Socket};
use fleetwright_protocol::{Command, Report};
use std::convert::Infallible;
use std::io::{BufRead, Write};

pub(crate) struct Stepped<'m> {
    node: Node<'m>,
    transport: Transport,
    pins: Pins,
    brokers: Brokers,
    resolver: Resolver,
    link: LinkState,
}

impl<'m> Stepped<'m> {
    pub(crate) fn new(node: Node<'m>, transport: Transport, pins: Pins, brokers: Brokers, resolver: Resolver) -> Self {
        Self { node, transport, pins, brokers, resolver, link: LinkState::default() }
    }

    /// Obeys standard input until it ends.
    pub(crate) fn run(mut self) {
        self.node.start(Instant::default(), &mut self.pins);
        report(Report::Ready);
        let mut stepper = Stepper::new(self, SteppedConnection::default());
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            match Command::read(&line) {
                Ok(command) => {
                    let Ok(goes_on) = stepper.obey(command);
                    if !goes_on {
                        return;
                    }
                }
                Err(mistake) => report(Report::Error(&mistake.to_string())),
            }
        }
    }

    /// Does all that is due now; when there is more to do.
    fn act(&mut self, now: Instant, connection: &mut SteppedConnection) -> Option<Instant> {
        let due = self.node.poll(now, &mut self.pins);
        let socket_due = self.serve_socket(now, connection);
        let again = self.node.poll(now, &mut self.pins);
        [due, again, socket_due].into_iter().flatten().filter(|due| *due > now).min()
    }

    fn give_up(&mut self, now: Instant, connection: &mut SteppedConnection) {
        connection.close();
        self.transport.closed();
        self.node.closed(now);
    }

    fn serve_socket(&mut self, now: Instant, connection: &mut SteppedConnection) -> Option<Instant> {
        let mut due = None;
        match self.node.socket(now) {
            Socket::Open if !connection.is_open() => {
                let resolver = self.resolver;
                let open = |broker: String| connection.open(resolver.addresses(&broker)?.as_slice());
                match self.brokers.turn().map(open) {
                    Some(Ok(())) => self.transport.opened(&mut self.node, now),
                    Some(Err(_)) => self.node.closed(now),
                    None => {}
                }
            }
            Socket::Closed { .. } => {
                connection.close();
                self.transport.closed();
            }
            _ => {}
        }
        match self.transport.serve(&mut self.node, &mut self.pins, now) {
            Ok(deadline) => due = deadline,
            Err(_) => self.give_up(now, connection),
        }
        while connection.is_open() && self.transport.has_to_send(&self.node) {
            match self.transport.send(&mut self.node, &mut self.pins, now, |bytes| connection.write(bytes)) {
                Ok(count) if count > 0 => {}
                _ => self.give_up(now, connection),
            }
            if self.transport.serve(&mut self.node, &mut self.pins, now).is_err() {
                self.give_up(now, connection);
            }
        }
        if let Socket::Closed { until } = self.node.socket(now) {
            due = Some(until);
        }
        if let Some(change) = self.link.change(self.node.connected()) {
            report(change);
        }
        due
    }
}

impl Machine for Stepped<'_> {
    type Error = Infallible;

    fn handle(
        &mut self,
        event: Event<'_>,
        now: u64,
        connection: &mut SteppedConnection,
    ) -> Result<Option<u64>, Infallible> {
        let now = Instant::from_millis(now);
        match event {
            Event::Elapsed => {}
            Event::Input(input) => self.pins.apply(input),
            Event::Wifi(_) | Event::Heap => report(Report::Error("not in virtual time")),
            Event::Received(bytes) => {
                if self.transport.received(bytes, &mut self.node, &mut self.pins, now).is_err() {
                    self.give_up(now, connection);
                }
            }
            Event::Closed => self.give_up(now, connection),
        }
        Ok(self.act(now, connection).map(Instant::as_millis))
    }

    fn report(&mut self, line: Report<'_>) {
        report(line);
    }
}
