//! Nodes as processes: building their programs and speaking the line protocol of `fleetwright-host` with them.

use crate::fleets::root;
use crate::sh;
use anyhow::{Context, Result, bail};
use fleetwright_generator::plan::Plan;
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
    let lock = std::fs::File::create(target.join("fleetwright.lock")).context("making a lock")?;
    lock.lock().context("waiting for another build")?;
    let mut command = sh::cargo();
    let manifest = out.join(&plan.fleet).join(&plan.layout).join("firmware/Cargo.toml");
    command.arg("build").arg("--manifest-path").arg(shown(&manifest)).arg("--target-dir").arg(shown(&target));
    command.current_dir(root()).env("RUSTFLAGS", "-D warnings");
    let output = sh::quietly(&mut command)?;
    if !output.status.success() {
        bail!("what was generated does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    for node in &plan.nodes {
        let to = programs.join(&node.name);
        let draft = programs.join(format!("{}.new", node.name));
        std::fs::copy(target.join("debug").join(&node.name), &draft)
            .with_context(|| format!("copying {}", node.name))?;
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

/// A node's process; killed when its handle goes.
pub struct Node {
    /// Its name.
    pub name: String,
    child: Child,
    stdin: ChildStdin,
    said: Arc<Said>,
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
        let (heard, who) = (said.clone(), name.to_owned());
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(shown) = shown {
                    shown(&who, &line);
                }
                heard.lock().0.push(line);
                heard.more.notify_all();
            }
            heard.lock().1 = true;
            heard.more.notify_all();
        });
        Ok(Self { name: name.to_owned(), child, stdin, said })
    }

    /// Tells the node something.
    pub fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.stdin, "{line}").with_context(|| format!("telling {} `{line}`", self.name))
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

impl Said {
    fn lock(&self) -> MutexGuard<'_, (Vec<String>, bool)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
