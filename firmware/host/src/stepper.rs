//! Virtual time, once for processes and for nodes in the emulator: nothing happens by itself. The tools say how much time
//! passes (`advance`) and how much has arrived from the network (`sync`), and are answered when the node has done all
//! that follows; so the same commands get the same answers. Knows neither MQTT nor what kind of machine it steps.

use fleetwright_protocol::frame::LONGEST;
use fleetwright_protocol::{Arrived, Command, Idle, Input, Report};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long bytes may take that the tools say have arrived.
const PATIENCE: Duration = Duration::from_secs(20);

/// What happens to a machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event<'b> {
    /// Time has passed, or may have.
    Elapsed,
    /// The world changed an input.
    Input(Input),
    /// Wi-Fi is there (`true`) or gone.
    Wifi(bool),
    /// It is to report what of its memory is in use.
    Heap,
    /// Bytes arrived on its connection.
    Received(&'b [u8]),
    /// The end of its connection arrived; the connection is closed already.
    Closed,
}

/// A node with its inputs, whose time is stepped.
pub trait Machine {
    /// Why it can't go on.
    type Error;

    /// Takes an event at a moment, in milliseconds since the start, and does all that follows from it, on its connection
    /// too. Returns when it has something to do by itself, always later than `now`; `None`: never.
    fn handle(
        &mut self,
        event: Event<'_>,
        now: u64,
        connection: &mut SteppedConnection,
    ) -> Result<Option<u64>, Self::Error>;

    /// Passes a report on to the tools.
    fn report(&mut self, report: Report<'_>);
}

/// The TCP connection of a machine, whose bytes are counted.
#[derive(Debug, Default)]
pub struct SteppedConnection {
    stream: Option<TcpStream>,
    /// Connections that were made so far; bytes sent and received on the last of them.
    made: u64,
    sent: u64,
    received: u64,
}

impl SteppedConnection {
    /// Whether there is a connection.
    pub fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Connects to an address, or to the first of several that takes the connection.
    pub fn open(&mut self, broker: impl ToSocketAddrs) -> std::io::Result<()> {
        let stream = TcpStream::connect(broker)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        *self = Self { stream: Some(stream), made: self.made + 1, sent: 0, received: 0 };
        Ok(())
    }

    /// Closes the connection, if there is one.
    pub fn close(&mut self) {
        if let Some(stream) = self.stream.take() {
            // A connection that is gone already can't be shut down.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Reads some of what is said to have arrived. `None`: it has all been read, or there is no connection; 0: the end,
    /// or as good as that.
    fn read(&mut self, arrived: Arrived, buffer: &mut [u8]) -> Option<usize> {
        let stream = self.stream.as_mut()?;
        let missing = match arrived {
            Arrived::Bytes(bytes) => usize::try_from(bytes.saturating_sub(self.received)).unwrap_or(usize::MAX),
            Arrived::End => usize::MAX,
        };
        let length = buffer.len().min(missing);
        let buffer = buffer.get_mut(..length).filter(|buffer| !buffer.is_empty())?;
        let count = stream.read(buffer).unwrap_or(0);
        self.received += count as u64;
        Some(count)
    }
}

impl Write for SteppedConnection {
    /// Sends bytes; an error where there is no connection.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let stream = self.stream.as_mut().ok_or(std::io::ErrorKind::NotConnected)?;
        let count = stream.write(bytes)?;
        self.sent += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A machine and its virtual time.
pub struct Stepper<M> {
    machine: M,
    connection: SteppedConnection,
    /// Milliseconds since the start.
    now: u64,
    due: Option<u64>,
}

impl<M: Machine> Stepper<M> {
    /// A machine that has started, with its connection.
    pub fn new(machine: M, connection: SteppedConnection) -> Self {
        Self { machine, connection, now: 0, due: None }
    }

    /// The machine that is stepped.
    pub fn machine(&mut self) -> &mut M {
        &mut self.machine
    }

    /// Obeys a command and reports what it answers; `false`: it was `quit`.
    pub fn obey(&mut self, command: Command) -> Result<bool, M::Error> {
        match command {
            Command::Input(input) => self.step(Event::Input(input))?,
            Command::Wifi(there) => self.step(Event::Wifi(there))?,
            Command::Heap => self.step(Event::Heap)?,
            Command::Advance(milliseconds) => self.advance(self.now.saturating_add(milliseconds))?,
            Command::Sync(arrived) => self.sync(arrived)?,
            Command::Quit => return Ok(false),
        }
        Ok(true)
    }

    fn step(&mut self, event: Event<'_>) -> Result<(), M::Error> {
        self.due = self.machine.handle(event, self.now, &mut self.connection)?;
        Ok(())
    }

    /// Lets time pass, stopping wherever the machine has something to do.
    fn advance(&mut self, to: u64) -> Result<(), M::Error> {
        // A machine that has just started has done nothing yet.
        self.step(Event::Elapsed)?;
        while self.now < to {
            self.now = self.due.map_or(to, |due| due.clamp(self.now + 1, to));
            self.step(Event::Elapsed)?;
        }
        self.machine.report(Report::Time(to));
        Ok(())
    }

    /// Takes what has arrived, and reports that all which follows is done.
    fn sync(&mut self, arrived: Arrived) -> Result<(), M::Error> {
        let mut buffer = [0; LONGEST];
        while let Some(count) = self.connection.read(arrived, &mut buffer) {
            if count == 0 {
                self.connection.close();
                self.step(Event::Closed)?;
            } else {
                self.step(Event::Received(&buffer[..count]))?;
            }
        }
        // What the last event led to may lead to more.
        self.step(Event::Elapsed)?;
        let SteppedConnection { made, sent, received, .. } = self.connection;
        let open = self.connection.is_open();
        self.machine.report(Report::Idle(Idle { open, made, sent, received, due: self.due }));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
