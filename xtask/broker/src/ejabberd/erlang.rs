//! Erlang's programs, kept apart from whatever else of Erlang runs on this machine: a home, a cookie and a port mapper of
//! their own.

use crate::installed::REMEDY;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Where a cluster's programs run.
pub(super) struct Erlang {
    /// The folder with the cookie.
    home: PathBuf,
    /// The port of the port mapper.
    mapper: u16,
    libraries: PathBuf,
}

impl Erlang {
    /// Programs with this home, where the cookie is, that find each other by a port mapper on this port.
    pub(super) fn new(home: &Path, mapper: u16) -> Result<Self> {
        Ok(Self { home: home.to_owned(), mapper, libraries: libraries()? })
    }

    /// Starts the port mapper.
    pub(super) fn map_ports(&self) -> Result<Child> {
        let mut command = self.program("epmd")?;
        command.args(["-address", "127.0.0.1", "-port", &self.mapper.to_string()]).stdout(Stdio::null());
        command.spawn().context("starting epmd")
    }

    /// `erl` with a name, on the loopback alone.
    pub(super) fn node(&self, name: &str) -> Result<Command> {
        let mut command = self.program("erl")?;
        command.args(["-noinput", "-name", name, "-start_epmd", "false"]);
        command.args(["-kernel", "inet_dist_use_interface", "{127,0,0,1}"]);
        Ok(command)
    }

    /// Evaluates expressions in a node that the others don't see.
    pub(super) fn evaluate(&self, expressions: &str) -> Result<()> {
        let mut command = self.node(&format!("visitor{}@127.0.0.1", fastrand::u32(..)))?;
        command.arg("-hidden").arg("-eval").arg(format!("{expressions}, halt()."));
        let output = command.output().context("starting Erlang")?;
        if !output.status.success() {
            bail!("Erlang fails:\n{}", String::from_utf8_lossy(&output.stdout));
        }
        Ok(())
    }

    fn program(&self, name: &str) -> Result<Command> {
        let program = project::command::which(name).with_context(|| format!("`{name}` is not installed: {REMEDY}"))?;
        let mut command = Command::new(program);
        command.env("HOME", &self.home).env("ERL_LIBS", &self.libraries).env("ERL_CRASH_DUMP", "/dev/null");
        command.env("ERL_EPMD_ADDRESS", "127.0.0.1").env("ERL_EPMD_PORT", self.mapper.to_string());
        command.stdin(Stdio::null()).stderr(Stdio::null());
        Ok(command)
    }
}

/// The folder with ejabberd's libraries: it depends on the machine's architecture.
pub fn libraries() -> Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten().map(|entry| entry.path());
    let has = |folder: &PathBuf| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.into_iter().any(|entry| entry.file_name().to_string_lossy().starts_with("ejabberd-"))
    };
    folders.into_iter().find(has).with_context(|| format!("ejabberd is not installed: {REMEDY}"))
}
