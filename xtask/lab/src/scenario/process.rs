//! A node in virtual time, as a process or in an emulator: it obeys commands and answers with reports, a line each. Knows
//! nothing of brokers.

use crate::emulator::Stepped;
use anyhow::{Context, Result, bail};
use fleetwright_protocol::Command as NodeCommand;
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

impl Process {
    /// A program of this machine.
    pub(super) fn host(name: &str, command: Command) -> Result<Self> {
        Child::start(name, command).map(Self::Host)
    }

    /// Sends it some commands at once.
    pub(super) fn send(&mut self, commands: &[NodeCommand]) -> Result<()> {
        match self {
            Self::Host(child) => child.send(commands),
            Self::Emulator(name, node) => {
                commands.iter().try_for_each(|command| node.obey(*command)).with_context(|| name.clone())
            }
        }
    }

    /// The next line that it reports.
    pub(super) fn line(&mut self) -> Result<String> {
        match self {
            Self::Host(child) => child.line(),
            Self::Emulator(name, node) => node.line().with_context(|| format!("{name} does not answer")),
        }
    }

    /// Whether it has Wi-Fi that can go: a process has none, and finds out by its connection.
    pub(super) fn has_wifi(&self) -> bool {
        matches!(self, Self::Emulator(..))
    }
}

/// A process of this machine; killed when its handle goes.
pub(super) struct Child {
    name: String,
    child: std::process::Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    /// What was read of its output beyond the last line.
    unread: Vec<u8>,
}

impl Child {
    fn start(name: &str, mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        let stdin = child.stdin.take().context("a node without standard input")?;
        let stdout = child.stdout.take().context("a node without standard output")?;
        Ok(Self { name: name.to_owned(), child, stdin, stdout, unread: Vec::new() })
    }

    fn send(&mut self, commands: &[NodeCommand]) -> Result<()> {
        let lines: String = commands.iter().map(|command| format!("{command}\n")).collect();
        self.stdin.write_all(lines.as_bytes()).with_context(|| format!("sending commands to {}", self.name))
    }

    fn line(&mut self) -> Result<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line = self.unread.drain(..=end).collect::<Vec<u8>>();
                return Ok(String::from_utf8_lossy(&line[..end]).into_owned());
            }
            let mut ready = [PollFd::new(&self.stdout, PollFlags::IN)];
            let patience = Timespec { tv_sec: PATIENCE, tv_nsec: 0 };
            if poll(&mut ready, Some(&patience)).context("waiting for a node")? == 0 {
                bail!("{} does not answer within {PATIENCE} s", self.name);
            }
            let mut buffer = [0; 4096];
            match self.stdout.read(&mut buffer).with_context(|| format!("reading what {} reports", self.name))? {
                0 => bail!("{} ended", self.name),
                count => self.unread.extend_from_slice(&buffer[..count]),
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
