//! One Mosquitto on an ephemeral port of the loopback.

use super::{OBSERVER, REMEDY, SPEAKER, secret};
use crate::passwords::Passwords;
use crate::tls::Door;
use anyhow::{Context, Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How the line of its log ends that says so.
const RUNNING: &[u8] = b" running\n";

/// A running broker, and the folder with its files.
pub(super) struct Mosquitto {
    folder: TempDir,
    child: Option<Child>,
    door: Door,
}

impl Mosquitto {
    /// Starts a broker on a generated `mosquitto.conf` and `acl`. The listener and the paths are replaced.
    pub(super) fn start(configuration: &str, acl: &str, passwords: &Passwords) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fleetwright-broker").tempdir().context("making a folder")?;
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700))?;
        let mut acl = format!("{acl}\nuser {OBSERVER}\ntopic read #\n");
        if passwords.0.contains_key(SPEAKER) {
            acl += &format!("\nuser {SPEAKER}\ntopic write #\n");
        }
        secret(&folder.path().join("acl"), &acl)?;
        let encrypted = configuration.lines().any(|line| line.starts_with("psk_file "));
        let (name, credentials) = if encrypted { ("psk", passwords.keys()?) } else { ("passwd", passwords.file()?) };
        secret(&folder.path().join(name), &credentials)?;
        let mut broker = Self { folder, child: None, door: Door { ip: Ipv4Addr::LOCALHOST, port: 0, encrypted } };
        for _ in 0..5 {
            // The port is free now; if somebody takes it before the broker does, there are others.
            broker.door.port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            let folder = broker.folder.path();
            secret(&folder.join("mosquitto.conf"), &here(configuration, folder, broker.door.port)?)?;
            broker.child = Some(spawn(folder)?);
            if broker.wait()? {
                return Ok(broker);
            }
            let said = std::fs::read_to_string(broker.folder.path().join("log")).unwrap_or_default();
            if !said.contains("Address already in use") {
                bail!("Mosquitto refuses the generated configuration:\n{said}");
            }
        }
        bail!("no free port on the loopback");
    }

    /// Where it is to be found, and how it is spoken to.
    pub(super) fn door(&self) -> Door {
        self.door
    }

    /// Whether it runs.
    pub(super) fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// Stops it, as if somebody pulled the plug; its folder stays.
    pub(super) fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have died by itself; then there is nothing to kill.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it as a service is stopped: it may put its things in order first.
    pub(super) fn shut_down(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM)?;
            child.wait().context("waiting for the broker's end")?;
        }
        Ok(())
    }

    /// Starts it again on the same port.
    pub(super) fn start_again(&mut self) -> Result<()> {
        self.stop();
        self.child = Some(spawn(self.folder.path())?);
        if !self.wait()? {
            let said = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            bail!("the broker does not start again:\n{said}");
        }
        Ok(())
    }

    /// Waits until it says that its port is open; `false`: it ended. That somebody answers on the port would prove
    /// nothing: it could be the broker of somebody else, who was faster.
    fn wait(&mut self) -> Result<bool> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(child) = &mut self.child
                && child.try_wait()?.is_some()
            {
                return Ok(false);
            }
            let said = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
            if said.windows(RUNNING.len()).any(|words| words == RUNNING) {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("the broker does not answer within {} s", PATIENCE.as_secs());
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(folder: &Path) -> Result<Child> {
    let program = crate::sh::which("mosquitto").with_context(|| format!("Mosquitto is not installed: {REMEDY}"))?;
    let log = std::fs::File::create(folder.join("log")).context("making the broker's log")?;
    let mut command = Command::new(program);
    command.arg("-c").arg(folder.join("mosquitto.conf")).current_dir(folder);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().context("starting mosquitto")
}

/// The configuration for a folder and a port of this machine; everything else stays as it was generated.
fn here(configuration: &str, folder: &Path, port: u16) -> Result<String> {
    let mut listeners = 0;
    let mut lines: Vec<String> = Vec::new();
    for line in configuration.lines() {
        lines.push(match line.split_once(' ') {
            Some(("listener", _)) => {
                listeners += 1;
                format!("listener {port} 127.0.0.1")
            }
            Some(("password_file", _)) => format!("password_file {}", folder.join("passwd").display()),
            Some(("psk_file", _)) => format!("psk_file {}", folder.join("psk").display()),
            Some(("acl_file", _)) => format!("acl_file {}", folder.join("acl").display()),
            _ => line.to_owned(),
        });
    }
    if listeners != 1 {
        bail!("the generated configuration has {listeners} listeners, not one");
    }
    // Started by root, Mosquitto becomes the user `mosquitto`, who can't read this folder.
    if std::fs::metadata(folder)?.uid() == 0 {
        lines.push("user root".into());
    }
    Ok(lines.join("\n") + "\n")
}
