//! Between an emulated node and the rest of this machine: TCP to the broker on one side, commands and reports on the
//! other. Time is real.

use super::datagrams::{Datagram, Datagrams, Receiver as DatagramReceiver};
use super::flash::Flash;
use super::inputs::Inputs;
use super::machine::{FrameReceiver, FrameSender, Handle, RawFrame};
use super::requests::{NodeRequest, resolve, sort};
use super::surroundings::Surroundings;
use anyhow::Result;
use fleetwright_host::{Connection, ConnectionEvent, LinkState, Resolver};
use fleetwright_protocol::frame::LONGEST;
use fleetwright_protocol::{Command, Report, ToNode};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// What happens, on whichever side.
pub(super) enum Event {
    /// The tools send a command.
    Command(Command),
    /// A line that may be no command.
    Line(String),
    /// The node sent a frame; the number tells emulators apart.
    Frame(u64, RawFrame),
    /// The emulator ended, or sent what is no frame.
    Ended(u64, Result<()>),
    /// Something about the connection to the broker.
    Network(ConnectionEvent),
    /// An address was found, or there is none.
    Resolved(Option<[u8; 4]>),
    /// A datagram came.
    Datagram(Datagram),
}

/// What gets the reports of the node.
pub(super) type ReportSink = Box<dyn FnMut(Report<'_>) + Send>;

pub(super) struct Bridge {
    elf: PathBuf,
    seed: u32,
    machine: Handle,
    surroundings: Surroundings,
    events: Sender<Event>,
    report: ReportSink,
    sender: FrameSender,
    /// Which emulator this is: a node that restarts gets a new one.
    run: u64,
    inputs: Inputs,
    /// What outlived the last restart.
    kept: Option<[u32; 2]>,
    flash: Flash,
    /// When the node started.
    start: Instant,
    taken: u32,
    /// When the node wants to be told the time, in its own milliseconds.
    due: Option<u32>,
    /// Whether the node has been told what it finds at its start.
    begun: bool,
    ready: bool,
    link: LinkState,
    connection: Option<Connection>,
    /// Connections that were made so far.
    made: u64,
    datagrams: Datagrams,
    quit: bool,
}

impl Bridge {
    pub(super) fn new(
        elf: &Path,
        seed: u32,
        machine: Handle,
        surroundings: Surroundings,
        events: Sender<Event>,
        report: ReportSink,
    ) -> Result<Self> {
        let (sender, receiver) = machine.start(elf)?;
        listen(0, receiver, events.clone());
        Ok(Self {
            elf: elf.to_owned(),
            seed,
            machine,
            surroundings,
            events,
            report,
            sender,
            run: 0,
            inputs: Inputs::new(&[]),
            kept: None,
            flash: Flash::default(),
            start: Instant::now(),
            taken: 0,
            due: None,
            begun: false,
            ready: false,
            link: LinkState::default(),
            connection: None,
            made: 0,
            datagrams: Datagrams::new(surroundings.responders),
            quit: false,
        })
    }

    /// Runs until the node ends, or whoever uses it.
    pub(super) fn run(mut self, events: &Receiver<Event>) {
        while !self.quit {
            let done = match events.recv_timeout(self.wait()) {
                Ok(event) => self.take(event),
                Err(RecvTimeoutError::Timeout) => self.send_time(),
                Err(RecvTimeoutError::Disconnected) => return,
            };
            if let Err(error) = done {
                (self.report)(Report::Error(&format!("{error:#}")));
                return;
            }
        }
        self.machine.kill();
    }

    /// How long nothing has to be done.
    fn wait(&self) -> Duration {
        match self.due {
            Some(due) if self.is_quiet() => Duration::from_millis(u64::from(due)).saturating_sub(self.start.elapsed()),
            _ => Duration::from_secs(3600),
        }
    }

    /// Whether the node has done all it was told, and waits.
    fn is_quiet(&self) -> bool {
        self.begun && self.sender.is_all(self.taken)
    }

    fn send_time(&mut self) -> Result<()> {
        let now = u32::try_from(self.start.elapsed().as_millis()).unwrap_or(u32::MAX - 1);
        self.sender.send(&ToNode::Time(now))
    }

    /// Something happened to the node, now.
    fn event(&mut self, frame: &ToNode<&[u8]>) -> Result<()> {
        if !self.begun {
            return Ok(());
        }
        self.send_time()?;
        self.sender.send(frame)
    }

    /// What a node finds when it starts.
    fn begin(&mut self) -> Result<()> {
        self.sender.send(&ToNode::EndDelay(self.surroundings.end_delay_ms))?;
        self.flash.tell(&mut self.sender)?;
        for frame in self.inputs.at_start(self.kept.take(), self.seed.wrapping_add(self.run as u32)) {
            self.sender.send(&frame)?;
        }
        if self.machine.counts() {
            // A node that looks at its inputs every 10 ms would count more instructions on a slower machine.
            self.sender.send(&ToNode::Stepped)?;
        }
        self.begun = true;
        self.start = Instant::now();
        self.send_time()
    }

    fn take(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Command(command) => self.obey(command),
            Event::Line(line) => match Command::read(&line) {
                Ok(command) => self.obey(command),
                Err(error) => {
                    (self.report)(Report::Error(&error.to_string()));
                    Ok(())
                }
            },
            Event::Frame(run, frame) if run == self.run => match sort(frame.read()?, &mut self.report)? {
                Some(request) => self.serve(request),
                None => Ok(()),
            },
            Event::Ended(run, how) if run == self.run => {
                self.quit = true;
                how
            }
            Event::Frame(..) | Event::Ended(..) => Ok(()),
            Event::Network(event) => self.network(event),
            Event::Resolved(address) => self.event(&ToNode::Address(address)),
            Event::Datagram(datagram) => self.event(&datagram.frame()),
        }
    }

    fn obey(&mut self, command: Command) -> Result<()> {
        match command {
            Command::Input(input) => {
                let frame = self.inputs.set(input);
                self.event(&frame)
            }
            Command::Wifi(there) => {
                let frame = self.inputs.set_wifi(there);
                self.event(&frame)
            }
            Command::Heap => self.event(&ToNode::Usage),
            Command::Advance(_) | Command::Sync(_) => {
                (self.report)(Report::Error("time is real"));
                Ok(())
            }
            Command::Quit => {
                self.quit = true;
                Ok(())
            }
        }
    }

    fn serve(&mut self, request: NodeRequest<'_>) -> Result<()> {
        match request {
            NodeRequest::Wait { until, taken } => {
                (self.due, self.taken) = (until, taken);
                if !self.begun {
                    self.begin()?;
                } else if self.is_quiet() && !self.ready {
                    self.ready = true;
                    (self.report)(Report::Ready);
                }
            }
            NodeRequest::LinkIsUp => self.set_link(true),
            NodeRequest::Resolve(name) => {
                let events = self.events.clone();
                // The bridge may have ended before the answer.
                std::thread::spawn(move || drop(events.send(Event::Resolved(resolve(&name)))));
            }
            NodeRequest::Connect(broker) => {
                self.made += 1;
                self.connection = Some(self.connect(broker));
            }
            NodeRequest::Send(bytes) => return self.forward(bytes),
            NodeRequest::Datagram { from, to, bytes } => {
                if let Some(receiver) = self.datagrams.send(from, to, bytes)? {
                    let events = self.events.clone();
                    std::thread::spawn(move || listen_for_datagrams(&receiver, &events));
                }
            }
            NodeRequest::Disconnect => {
                self.connection = None;
                self.set_link(false);
            }
            NodeRequest::Write { address, bytes } => return self.flash.write(address, bytes),
            NodeRequest::Erase(address) => return self.flash.erase(address),
            NodeRequest::Restart(kept) => return self.restart(kept),
        }
        Ok(())
    }

    /// The node names an address: there is nothing to look up.
    fn connect(&self, broker: String) -> Connection {
        let resolver = Resolver::new(self.surroundings.responders);
        Connection::start(self.made, broker, resolver, self.events.clone(), Event::Network)
    }

    /// A restart is a new emulator: nothing is left in it but what the chip would keep.
    fn restart(&mut self, kept: [u32; 2]) -> Result<()> {
        (self.report)(Report::Log("restarts"));
        self.connection = None;
        self.datagrams.close();
        self.set_link(false);
        self.kept = Some(kept);
        let (sender, receiver) = self.machine.start(&self.elf)?;
        self.sender = sender;
        self.run += 1;
        (self.taken, self.due, self.begun) = (0, None, false);
        listen(self.run, receiver, self.events.clone());
        Ok(())
    }

    fn forward(&mut self, mut bytes: &[u8]) -> Result<()> {
        while let (Some(connection), false) = (&mut self.connection, bytes.is_empty()) {
            match connection.send(bytes) {
                Ok(count) if count > 0 => bytes = &bytes[count..],
                _ => {
                    self.connection = None;
                    self.set_link(false);
                    return self.event(&ToNode::Disconnected);
                }
            }
        }
        if self.connection.is_some() { self.event(&ToNode::Sent) } else { Ok(()) }
    }

    fn network(&mut self, event: ConnectionEvent) -> Result<()> {
        let current = |number| self.connection.as_ref().is_some_and(|connection: &Connection| connection.is(number));
        match event {
            ConnectionEvent::Opened(number, stream) if current(number) => {
                if let Some(connection) = &mut self.connection {
                    connection.opened(stream);
                }
                self.event(&ToNode::Connected)
            }
            ConnectionEvent::Received(number, bytes) if current(number) => {
                bytes.chunks(LONGEST).try_for_each(|part| self.event(&ToNode::Received(part)))
            }
            ConnectionEvent::Closed(number) if current(number) => {
                self.connection = None;
                let was_up = self.link.is_up();
                self.set_link(false);
                self.event(&if was_up { ToNode::Disconnected } else { ToNode::Failed })
            }
            // A connection that was given up already.
            _ => Ok(()),
        }
    }

    fn set_link(&mut self, up: bool) {
        if let Some(change) = self.link.change(up) {
            (self.report)(change);
        }
    }
}

/// How long a socket that the node has closed may stay.
const RECEIVER_LEFT_OVER: Duration = Duration::from_millis(500);

/// Passes on the datagrams for a port of the node as long as it has that.
fn listen_for_datagrams(receiver: &DatagramReceiver, events: &Sender<Event>) {
    while !receiver.is_closed() {
        // A socket that can't be waited for receives nothing, as if all were lost on the way.
        let Ok(received) = receiver.receive_within(RECEIVER_LEFT_OVER) else { return };
        if received.is_some_and(|datagram| events.send(Event::Datagram(datagram)).is_err()) {
            return;
        }
    }
}

/// Passes on what an emulator sends.
fn listen(run: u64, mut receiver: FrameReceiver, events: Sender<Event>) {
    std::thread::spawn(move || {
        let how = loop {
            match receiver.receive() {
                Ok(Some(frame)) => {
                    if events.send(Event::Frame(run, frame)).is_err() {
                        return;
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        // The bridge may have ended before its emulator.
        let _ = events.send(Event::Ended(run, how));
    });
}
