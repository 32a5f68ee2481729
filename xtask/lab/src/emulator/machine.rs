//! QEMU as a child process, and frames over its standard input and output. Knows nothing of what frames mean.

use anyhow::{Context, Result, bail};
use fleetwright_standin::frames::{HEADER, header, parse};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The emulator of Xtensa CPUs.
const PROGRAM: &str = "qemu-system-xtensa";
/// What to do where it is missing.
pub const REMEDY: &str = "cargo xtask setup";

/// How an emulator spends its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it can.
    Fast,
    /// One instruction is a nanosecond of the emulated CPU's time, so that its counter of cycles counts them.
    Counted,
}

/// The running emulator, for whoever has to end it.
#[derive(Clone)]
pub(super) struct Handle {
    pace: Pace,
    child: Arc<Mutex<Option<Child>>>,
}

impl Handle {
    /// None is running yet.
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, child: Arc::default() }
    }

    /// Ends it, if it has not ended by itself.
    pub(super) fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts a program in an emulator of its own; the one before is ended.
    pub(super) fn start(&self, elf: &Path) -> Result<(ToNode, FromNode)> {
        self.kill();
        let program = project::command::which(PROGRAM)
            .with_context(|| format!("`{PROGRAM}` is missing, and nothing runs on the emulator; run `{REMEDY}`"))?;
        let mut command = Command::new(program);
        command.args(["-M", "sim", "-cpu", "lx106", "-semihosting", "-display", "none", "-monitor", "none"]);
        if self.pace == Pace::Counted {
            command.args(["-icount", "shift=0"]);
        }
        // Files 0 to 2 of the program would be this port; it opens the emulator's own instead, where a read waits.
        command.args(["-serial", "null", "-kernel"]).arg(elf);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| format!("starting {PROGRAM}"))?;
        let input = child.stdin.take().context("an emulator without standard input")?;
        let output = child.stdout.take().context("an emulator without standard output")?;
        *self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Ok((ToNode(input), FromNode(BufReader::new(output))))
    }
}

/// Frames to the node.
pub(super) struct ToNode(ChildStdin);

impl ToNode {
    pub(super) fn send(&mut self, kind: u8, body: &[u8]) -> std::io::Result<()> {
        let length = u16::try_from(body.len()).map_err(std::io::Error::other)?;
        let frame = [&header(kind, length), body].concat();
        self.0.write_all(&frame)?;
        self.0.flush()
    }
}

/// Frames from the node.
pub(super) struct FromNode(BufReader<ChildStdout>);

impl FromNode {
    /// The next frame; an error where the emulator ended.
    pub(super) fn receive(&mut self) -> std::io::Result<(u8, Vec<u8>)> {
        let mut head = [0; HEADER];
        self.0.read_exact(&mut head)?;
        let (kind, length) = parse(head);
        let mut body = vec![0; usize::from(length)];
        self.0.read_exact(&mut body)?;
        Ok((kind, body))
    }

    /// As [`FromNode::receive`]; an error, too, where nothing comes for so long.
    pub(super) fn receive_within(&mut self, patience: Duration) -> Result<(u8, Vec<u8>)> {
        if self.0.buffer().is_empty() {
            let mut ready = [PollFd::new(self.0.get_ref(), PollFlags::IN)];
            let patience = Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: 0 };
            if poll(&mut ready, Some(&patience)).context("waiting for the emulator")? == 0 {
                bail!("nothing came within {} s", patience.tv_sec);
            }
        }
        self.receive().context("the emulator ended")
    }
}
