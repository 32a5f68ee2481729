//! Running nodes, as processes or in emulators: building their programs, sending commands and waiting for
//! reports (`fleetwright_protocol::line`).

use crate::emulator::{Emulated, Pace, Surroundings};
use anyhow::{Context, Result, anyhow, bail};
use fleetwright_generator::plan::Plan;
use fleetwright_protocol::{Command as NodeCommand, Report};
use project::command;
use project::root;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Builds the programs of a layout below `out` and returns where they are. One target directory serves all workspaces,
/// so that what nodes share is compiled once; warnings are errors, since nobody would read them.
pub fn build(out: &Path, plan: &Plan) -> Result<PathBuf> {
    let programs = root().join("target/generated/programs").join(&plan.fleet).join(&plan.layout);
    build_into(&programs, out, plan)?;
    Ok(programs)
}

/// As [`build`], with a folder of one's own for the programs: nobody else's build replaces them.
pub fn build_into(programs: &Path, out: &Path, plan: &Plan) -> Result<()> {
    let target = root().join("target/generated");
    std::fs::create_dir_all(programs).with_context(|| format!("making {}", programs.display()))?;
    // Nodes of two layouts may have one name: programs are copied away before the next build.
    let _lock = project::target::lock(&target)?;
    let mut command = command::cargo();
    let manifest = out.join(&plan.fleet).join(&plan.layout).join("firmware/Cargo.toml");
    command.arg("build").arg("--manifest-path").arg(shown(&manifest)).arg("--target-dir").arg(shown(&target));
    command.current_dir(root()).env("RUSTFLAGS", "-D warnings");
    let output = command::output(&mut command)?;
    if !output.status.success() {
        bail!("what was generated does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    for node in plan.programs() {
        let to = programs.join(&node.program);
        let draft = programs.join(format!("{}.new", node.program));
        std::fs::copy(target.join("debug").join(&node.program), &draft)
            .with_context(|| format!("copying {}", node.program))?;
        std::fs::rename(draft, to)?;
    }
    Ok(())
}

fn shown(path: &Path) -> &Path {
    path.strip_prefix(root()).unwrap_or(path)
}

/// What a node has reported.
#[derive(Default)]
struct NodeOutput {
    state: Mutex<OutputState>,
    changed: Condvar,
}

#[derive(Default)]
struct OutputState {
    /// A report each.
    lines: Vec<String>,
    /// Nothing more comes.
    ended: bool,
}

/// What nodes run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NodePlatform {
    /// Processes of this machine.
    #[default]
    Host,
    /// QEMU's LX106, with the program that a board would run.
    Emulator,
}

/// A running node; it ends when its handle goes.
pub struct Node {
    /// The name of the node in its layout.
    pub name: String,
    runner: Runner,
    output: Arc<NodeOutput>,
}

enum Runner {
    Process(Child, ChildStdin),
    Emulator(Emulated),
}

impl Node {
    /// Starts a program. The arguments hold no secret: the password comes by a file.
    pub fn start(name: &str, program: &Path, arguments: &[String], shown: Option<fn(&str, &str)>) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let stdin = child.stdin.take().context("a node without standard input")?;
        let stdout = child.stdout.take().context("a node without standard output")?;
        let output = Arc::new(NodeOutput::default());
        let mut keep = output.writer(name, shown);
        std::thread::spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).for_each(&mut keep));
        Ok(Self { name: name.to_owned(), runner: Runner::Process(child, stdin), output })
    }

    /// Starts a linked node, which has its identity, in an emulator.
    pub fn emulate(name: &str, elf: &Path, seed: u32, shown: Option<fn(&str, &str)>) -> Result<Self> {
        Self::emulate_at(Pace::Fast, name, elf, seed, Surroundings::default(), shown)
    }

    /// As [`Node::emulate`], with surroundings of one's own.
    pub fn emulate_in(surroundings: Surroundings, name: &str, elf: &Path, seed: u32) -> Result<Self> {
        Self::emulate_at(Pace::Fast, name, elf, seed, surroundings, None)
    }

    /// As [`Node::emulate`], in an emulator that counts instructions and takes longer for them.
    pub fn emulate_counting(name: &str, elf: &Path) -> Result<Self> {
        Self::emulate_at(Pace::Counted, name, elf, 1, Surroundings::default(), None)
    }

    fn emulate_at(
        pace: Pace,
        name: &str,
        elf: &Path,
        seed: u32,
        surroundings: Surroundings,
        shown: Option<fn(&str, &str)>,
    ) -> Result<Self> {
        let output = Arc::new(NodeOutput::default());
        let mut keep = output.writer(name, shown);
        let emulated = Emulated::start(elf, seed, pace, surroundings, move |report| keep(report.to_string()))?;
        Ok(Self { name: name.to_owned(), runner: Runner::Emulator(emulated), output })
    }

    /// Sends the node a command.
    pub fn send(&mut self, command: NodeCommand) -> Result<()> {
        let sent = match &mut self.runner {
            Runner::Process(_, stdin) => writeln!(stdin, "{command}").map_err(Into::into),
            Runner::Emulator(emulated) => emulated.send(command),
        };
        sent.with_context(|| format!("sending {} `{command}`", self.name))
    }

    /// Sends the node a line, which may be no command: then the node reports an error.
    pub fn send_line(&mut self, line: &str) -> Result<()> {
        let sent = match &mut self.runner {
            Runner::Process(_, stdin) => writeln!(stdin, "{line}").map_err(Into::into),
            Runner::Emulator(emulated) => emulated.send_line(line),
        };
        sent.with_context(|| format!("sending {} `{line}`", self.name))
    }

    /// How many lines it has reported so far.
    pub fn mark(&self) -> usize {
        self.output.lock().lines.len()
    }

    /// Every line that it has reported.
    pub fn lines(&self) -> Vec<String> {
        self.output.lock().lines.clone()
    }

    /// Waits until it reports this, after a mark.
    pub fn expect(&self, report: Report<'_>, after: usize, patience: Duration) -> Result<()> {
        let (line, end) = (report.to_string(), Instant::now() + patience);
        let mut output = self.output.lock();
        loop {
            if output.lines.iter().skip(after).any(|reported| *reported == line) {
                return Ok(());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || output.ended {
                let tail = output.lines.iter().rev().take(8).rev().cloned().collect::<Vec<_>>().join("\n  ");
                bail!("{} does not report `{line}`; its last reports:\n  {tail}", self.name);
            }
            output = self.output.changed.wait_timeout(output, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until a pin carries this level; it may carry it already.
    pub fn expect_pin(&self, gpio: u8, high: bool, patience: Duration) -> Result<()> {
        let lines = self.lines();
        let mut now = None;
        for line in &lines {
            match Report::read(line).map_err(|error| anyhow!("{} reports {error}", self.name))? {
                Report::Pin { gpio: driven, high } if driven == gpio => now = Some(high),
                _ => {}
            }
        }
        let wanted = Report::Pin { gpio, high };
        if now == Some(high) { Ok(()) } else { self.expect(wanted, lines.len(), patience) }
    }
}

/// Marks the output of a node as ended when its writer goes.
struct Writer(Arc<NodeOutput>);

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

impl NodeOutput {
    /// What the node's lines are handed to; when it goes, the node has ended.
    fn writer(self: &Arc<Self>, name: &str, shown: Option<fn(&str, &str)>) -> impl FnMut(String) + Send + 'static {
        let (writer, who) = (Writer(self.clone()), name.to_owned());
        move |line| {
            if let Some(shown) = shown {
                shown(&who, &line);
            }
            writer.0.lock().lines.push(line);
            writer.0.changed.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, OutputState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Runner::Process(child, _) = &mut self.runner {
            // It may have ended by itself; then there is nothing to kill.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
