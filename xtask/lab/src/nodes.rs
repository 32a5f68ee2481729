//! Running nodes, as processes or in emulators: building their programs and speaking the line protocol of
//! `fleetwright-host` with them.

use crate::emulator::{Emulated, Pace};
use anyhow::{Context, Result, bail};
use fleetwright_generator::plan::Plan;
use project::command;
use project::fleets::root;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Builds the programs of a layout below `out` and says where they are. One target directory serves all workspaces, so
/// that what nodes share is compiled once; warnings are errors, since nobody would read them.
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

/// What a node said, line by line.
#[derive(Default)]
struct Said {
    lines: Mutex<(Vec<String>, bool)>,
    more: Condvar,
}

/// What nodes run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum On {
    /// Processes of this machine.
    #[default]
    Host,
    /// QEMU's LX106, with the program that a board would run.
    Emulator,
}

/// A running node; it ends when its handle goes.
pub struct Node {
    /// Its name.
    pub name: String,
    runner: Runner,
    said: Arc<Said>,
}

enum Runner {
    Process(Child, ChildStdin),
    Emulator(Emulated),
}

impl Node {
    /// Starts a program. The words hold no secret: the password comes by a file.
    pub fn start(name: &str, program: &Path, words: &[String], shown: Option<fn(&str, &str)>) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let stdin = child.stdin.take().context("a node without standard input")?;
        let stdout = child.stdout.take().context("a node without standard output")?;
        let said = Arc::new(Said::default());
        let mut hear = said.listener(name, shown);
        std::thread::spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).for_each(|line| hear(&line)));
        Ok(Self { name: name.to_owned(), runner: Runner::Process(child, stdin), said })
    }

    /// Starts a linked node, which has its identity, in an emulator.
    pub fn emulate(name: &str, elf: &Path, seed: u32, shown: Option<fn(&str, &str)>) -> Result<Self> {
        let said = Arc::new(Said::default());
        let emulated = Emulated::start(elf, seed, Pace::Fast, said.listener(name, shown))?;
        Ok(Self { name: name.to_owned(), runner: Runner::Emulator(emulated), said })
    }

    /// As [`Node::emulate`], in an emulator that counts instructions and takes longer for them.
    pub fn emulate_counting(name: &str, elf: &Path) -> Result<Self> {
        let said = Arc::new(Said::default());
        let emulated = Emulated::start(elf, 1, Pace::Counted, said.listener(name, None))?;
        Ok(Self { name: name.to_owned(), runner: Runner::Emulator(emulated), said })
    }

    /// Tells the node something.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        let told = match &mut self.runner {
            Runner::Process(_, stdin) => writeln!(stdin, "{line}").map_err(Into::into),
            Runner::Emulator(emulated) => emulated.tell(line),
        };
        told.with_context(|| format!("telling {} `{line}`", self.name))
    }

    /// How much it said so far.
    pub fn mark(&self) -> usize {
        self.said.lock().0.len()
    }

    /// Everything that it said.
    pub fn lines(&self) -> Vec<String> {
        self.said.lock().0.clone()
    }

    /// Waits until it says this, after a mark.
    pub fn expect(&self, line: &str, after: usize, patience: Duration) -> Result<()> {
        let end = Instant::now() + patience;
        let mut said = self.said.lock();
        loop {
            if said.0.iter().skip(after).any(|said| said == line) {
                return Ok(());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || said.1 {
                let tail = said.0.iter().rev().take(8).rev().cloned().collect::<Vec<_>>().join("\n  ");
                bail!("{} does not say `{line}`; its last words:\n  {tail}", self.name);
            }
            said = self.said.more.wait_timeout(said, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until a pin carries this level; it may carry it already.
    pub fn expect_pin(&self, gpio: u8, high: bool, patience: Duration) -> Result<()> {
        let start = format!("pin {gpio} ");
        let wanted = format!("pin {gpio} {}", if high { "high" } else { "low" });
        let (mark, now) = {
            let said = self.said.lock();
            (said.0.len(), said.0.iter().rev().find(|line| line.starts_with(&start)).cloned())
        };
        if now.as_ref() == Some(&wanted) { Ok(()) } else { self.expect(&wanted, mark, patience) }
    }
}

/// Says that nothing more comes, when whoever speaks is gone.
struct Speaker(Arc<Said>);

impl Drop for Speaker {
    fn drop(&mut self) {
        self.0.lock().1 = true;
        self.0.more.notify_all();
    }
}

impl Said {
    /// What the node's lines are handed to; when it goes, the node has ended.
    fn listener(self: &Arc<Self>, name: &str, shown: Option<fn(&str, &str)>) -> impl FnMut(&str) + Send + 'static {
        let (speaker, who) = (Speaker(self.clone()), name.to_owned());
        move |line| {
            if let Some(shown) = shown {
                shown(&who, line);
            }
            speaker.0.lock().0.push(line.to_owned());
            speaker.0.more.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, (Vec<String>, bool)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
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
