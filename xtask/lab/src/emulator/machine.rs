//! QEMU as a child process, and frames over its standard input and output. Knows nothing of what follows from a frame.

use anyhow::{Context, Result, anyhow, bail};
use fleetwright_protocol::{FromNode, Header, ToNode};
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

    /// Whether instructions are counted.
    pub(super) fn counts(&self) -> bool {
        self.pace == Pace::Counted
    }

    /// Ends it, if it has not ended by itself.
    pub(super) fn kill(&self) {
        if let Some(mut child) = self.child.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Starts a program in an emulator of its own; the one before is ended.
    pub(super) fn start(&self, elf: &Path) -> Result<(FrameSender, FrameReceiver)> {
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
        Ok((FrameSender { input, sent: 0 }, FrameReceiver(BufReader::new(output))))
    }
}

/// Frames to a node, counted: the node has done all it was told when it has taken as many.
pub(super) struct FrameSender {
    input: ChildStdin,
    sent: u32,
}

impl FrameSender {
    /// Sends a frame. An emulator that has ended is noticed where its frames are read.
    pub(super) fn send(&mut self, frame: &ToNode<&[u8]>) -> Result<()> {
        let mut bytes = Vec::new();
        frame.write(&mut |piece| bytes.extend_from_slice(piece)).context("writing a frame")?;
        let _ = self.input.write_all(&bytes).and_then(|()| self.input.flush());
        self.sent = self.sent.wrapping_add(1);
        Ok(())
    }

    /// Whether so many frames are all that were sent.
    pub(super) fn is_all(&self, taken: u32) -> bool {
        self.sent == taken
    }
}

/// A frame from a node, as it came.
pub(super) struct RawFrame {
    kind: u8,
    body: Vec<u8>,
}

impl RawFrame {
    /// Decodes the frame.
    pub(super) fn read(&self) -> Result<FromNode<'_>> {
        FromNode::read(self.kind, &self.body).map_err(|error| anyhow!("from the emulated node: {error}"))
    }
}

/// Frames from a node.
pub(super) struct FrameReceiver(BufReader<ChildStdout>);

impl FrameReceiver {
    /// The next frame; `None`: the emulator ended.
    pub(super) fn receive(&mut self) -> Result<Option<RawFrame>> {
        let mut header = [0; Header::LENGTH];
        if self.0.read_exact(&mut header).is_err() {
            return Ok(None);
        }
        let Header { kind, length } = Header::read(header).context("from the emulated node")?;
        let mut body = vec![0; usize::from(length)];
        Ok(self.0.read_exact(&mut body).is_ok().then_some(RawFrame { kind, body }))
    }

    /// As [`FrameReceiver::receive`]; an error where the emulator ended, or nothing comes for so long.
    pub(super) fn receive_within(&mut self, patience: Duration) -> Result<RawFrame> {
        if self.0.buffer().is_empty() {
            let mut ready = [PollFd::new(self.0.get_ref(), PollFlags::IN)];
            let patience = Timespec { tv_sec: patience.as_secs() as i64, tv_nsec: 0 };
            if poll(&mut ready, Some(&patience)).context("waiting for the emulator")? == 0 {
                bail!("nothing came within {} s", patience.tv_sec);
            }
        }
        self.receive()?.context("the emulator ended")
    }
}
