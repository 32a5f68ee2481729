//! The running broker, as a process: found by its number and by the port that it listens on, told to read its files
//! again, and stopped.

use anyhow::{Context, Result, bail};
use broker::Owner;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use std::os::fd::OwnedFd;
use std::path::Path;

/// How many seconds a broker may take to put its things in order.
const PATIENCE: i64 = 10;

/// A process that listens where the broker should.
pub(super) struct Live {
    number: i32,
    /// Stands for this process alone, even if another gets its number.
    handle: OwnedFd,
    /// As whom it runs.
    pub(super) owner: Owner,
}

impl Live {
    /// The process whose number is in a file.
    ///
    /// # Errors
    ///
    /// There is none, or it does not listen on this port: it would be wrong to send it a signal.
    pub(super) fn find(file: &Path, port: u16) -> Result<Self> {
        let shown = file.display();
        let text = std::fs::read_to_string(file).with_context(|| format!("reading {shown}"))?;
        let number = text.trim().parse::<i32>().ok().filter(|number| *number > 0);
        let Some((number, pid)) = number.and_then(|number| Some((number, Pid::from_raw(number)?))) else {
            bail!("{shown} does not hold the number of a process");
        };
        let handle = pidfd_open(pid, PidfdFlags::empty())
            .with_context(|| format!("{shown} names process {number}, and there is none; is the broker running?"))?;
        let folder = Path::new("/proc").join(number.to_string());
        if !listens(&folder, port)? {
            bail!(
                "process {number}, which {shown} names, does not listen on port {port}: it is not this broker, or must be restarted first"
            );
        }
        Ok(Self { number, handle, owner: runs_as(&folder)? })
    }

    /// Asks it to read its files again.
    pub(super) fn reload(&self) -> Result<()> {
        pidfd_send_signal(&self.handle, Signal::HUP).with_context(|| format!("sending SIGHUP to {}", self.number))
    }

    /// Whether it is gone.
    pub(super) fn has_ended(&self) -> Result<bool> {
        self.ends_within(0)
    }

    /// Stops it: politely, and at last by force. How that went, in a sentence.
    pub(super) fn stop(&self) -> Result<String> {
        let number = self.number;
        for (signal, name) in [(Signal::TERM, "SIGTERM"), (Signal::KILL, "SIGKILL")] {
            pidfd_send_signal(&self.handle, signal).with_context(|| {
                format!("IT IS STILL RUNNING: sending {name} to {number} failed, stop it by hand, now")
            })?;
            if self.ends_within(PATIENCE)? {
                return Ok(format!("It was stopped ({name} to process {number})"));
            }
        }
        bail!("IT IS STILL RUNNING: process {number} did not end, stop it by hand, now");
    }

    fn ends_within(&self, seconds: i64) -> Result<bool> {
        // The handle of a process is readable when it has ended (pidfd_open(2)).
        let mut ends = [PollFd::new(&self.handle, PollFlags::IN)];
        let patience = Timespec { tv_sec: seconds, tv_nsec: 0 };
        Ok(poll(&mut ends, Some(&patience)).context("waiting for the broker's end")? > 0)
    }
}

/// The effective user and group of a process: the third word of its lines `Uid:` and `Gid:` (proc(5)).
fn runs_as(folder: &Path) -> Result<Owner> {
    let path = folder.join("status");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let number =
        |start: &str| text.lines().find_map(|line| line.strip_prefix(start)?.split_whitespace().nth(1)?.parse().ok());
    match (number("Uid:"), number("Gid:")) {
        (Some(user), Some(group)) => Ok(Owner { user, group }),
        _ => bail!("{} does not tell which user the broker runs as", path.display()),
    }
}

/// Whether a process has a listening socket on a port: sockets in its /proc/N/fd, by their numbers in /proc/N/net/tcp and
/// tcp6 (proc(5): the second field is address:port in hexadecimal digits, the fourth 0A for LISTEN, the tenth the number).
fn listens(folder: &Path, port: u16) -> Result<bool> {
    let port = format!(":{port:04X}");
    let mut sockets = Vec::new();
    for name in ["net/tcp", "net/tcp6"] {
        // A machine without IPv6 has no tcp6.
        let table = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        for line in table.lines().skip(1) {
            if let [_, local, _, "0A", _, _, _, _, _, number, ..] = line.split_whitespace().collect::<Vec<_>>()[..]
                && local.ends_with(&port)
            {
                sockets.push(format!("socket:[{number}]"));
            }
        }
    }
    let path = folder.join("fd");
    let files = std::fs::read_dir(&path)
        .with_context(|| format!("reading {}, which takes root or the broker's own user", path.display()))?;
    let mut links = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
    Ok(links.any(|link| sockets.iter().any(|socket| link.as_os_str() == socket.as_str())))
}
