//! A node in virtual time, as a process or in an emulator: asked line by line, it answers line by line. Knows the line
//! protocol of `fleetwright-host`, nothing of brokers.

use crate::emulator::Stepped;
use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{Read, Write};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};

/// How long a node may take to answer, in seconds.
const PATIENCE: i64 = 30;

/// A running node; it ends when its handle goes.
pub(super) enum Process {
    Host(Child),
    Emulator(String, Box<Stepped>),
}

/// What a node answers to `sync`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Idle {
    /// Whether its last connection is open.
    pub(super) open: bool,
    /// Connections made so far.
    pub(super) made: u64,
    /// Bytes sent on the last one.
    pub(super) sent: u64,
    /// When it has something to do by itself, in milliseconds since its start.
    pub(super) due: Option<u64>,
}

impl Process {
    /// A program of this machine.
    pub(super) fn host(name: &str, command: Command) -> Result<Self> {
        Child::start(name, command).map(Self::Host)
    }

    /// Tells it some lines at once.
    pub(super) fn tell(&mut self, lines: &str) -> Result<()> {
        match self {
            Self::Host(child) => child.tell(lines),
            Self::Emulator(name, node) => node.tell(lines).with_context(|| name.clone()),
        }
    }

    /// The next line that it says.
    pub(super) fn line(&mut self) -> Result<String> {
        match self {
            Self::Host(child) => child.line(),
            Self::Emulator(name, node) => node.line().with_context(|| format!("{name} does not answer")),
        }
    }

    /// What to tell it when its Wi-Fi goes or comes: a process has none, and finds out by its connection.
    pub(super) fn wifi(&self, there: bool) -> Option<&'static str> {
        match self {
            Self::Host(_) => None,
            Self::Emulator(..) => Some(if there { "wifi up\n" } else { "wifi down\n" }),
        }
    }
}

/// A process of this machine; killed when its handle goes.
pub(super) struct Child {
    name: String,
    child: std::process::Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    heard: Vec<u8>,
}

impl Child {
    fn start(name: &str, mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        let stdin = child.stdin.take().context("a node without standard input")?;
        let stdout = child.stdout.take().context("a node without standard output")?;
        Ok(Self { name: name.to_owned(), child, stdin, stdout, heard: Vec::new() })
    }

    fn tell(&mut self, lines: &str) -> Result<()> {
        self.stdin.write_all(lines.as_bytes()).with_context(|| format!("telling {} something", self.name))
    }

    fn line(&mut self) -> Result<String> {
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line = self.heard.drain(..=end).collect::<Vec<u8>>();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            let mut ready = [PollFd::new(&self.stdout, PollFlags::IN)];
            let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
            if poll(&mut ready, Some(&patience)).context("waiting for a node")? == 0 {
                bail!("{} does not answer within {PATIENCE} s", self.name);
            }
            let mut buffer = [0; 4096];
            match self.stdout.read(&mut buffer).with_context(|| format!("listening to {}", self.name))? {
                0 => bail!("{} ended", self.name),
                count => self.heard.extend_from_slice(&buffer[..count]),
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Idle {
    /// Reads `idle open 2 310 120 22500`.
    pub(super) fn read(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split(' ').collect();
        let ["idle", state, made, sent, _received, due] = words.as_slice() else { return None };
        let due = if *due == "-" { None } else { Some(due.parse().ok()?) };
        Some(Self { open: *state == "open", made: made.parse().ok()?, sent: sent.parse().ok()?, due })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers() {
        let idle = Idle { open: true, made: 2, sent: 310, due: Some(22_500) };
        assert_eq!(Idle::read("idle open 2 310 120 22500"), Some(idle));
        assert_eq!(Idle::read("idle closed 0 0 0 -"), Some(Idle::default()));
        assert_eq!(Idle::read("idle"), None);
        assert_eq!(Idle::read("time 5"), None);
    }
}
