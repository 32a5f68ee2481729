//! One Mosquitto on an ephemeral port of the loopback, as a child process.

use super::configuration::{CERTFILE, PASSWORD_FILE, PSK_FILE, configured_tls, has, here};
use crate::installed::{self, REMEDY};
use crate::owner::Owner;
use crate::test_users::{OBSERVER, SPEAKER};
use crate::tls::certificate::{CERTIFICATE, Certificates, KEY, Pair};
use crate::tls::{Endpoint, Tls};
use anyhow::{Context, Result, bail};
use credentials::passwords::{Passwords, Salts, file_name, fresh};
use fleetwright_generator::model::Security;
use project::private;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long the broker may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// The certificate that clients of people know, beside those of a throw-away broker.
pub const AUTHORITY: &str = "ca.crt";
/// The end of the line in its log which tells that its ports are open.
const RUNNING: &[u8] = b" running\n";

/// A running broker, and the folder with its files.
pub struct Mosquitto {
    folder: TempDir,
    child: Option<Child>,
    endpoint: Endpoint,
    /// Where clients that know no keys go, if there is such a port beside that of the others.
    certificate_endpoint: Option<Endpoint>,
}

/// What came of starting a broker.
pub enum Start {
    /// The broker runs.
    Running(Mosquitto),
    /// It ended at once; this is its log.
    Refused(String),
}

impl Mosquitto {
    /// Starts a broker on a generated `mosquitto.conf` and `acl`. The listener and the paths are replaced.
    pub fn start(configuration: &str, acl: &str, passwords: &Passwords) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fleetwright-broker").tempdir().context("making a folder")?;
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700))?;
        let mut acl = format!("{acl}\nuser {OBSERVER}\ntopic read #\n");
        if passwords.0.contains_key(SPEAKER) {
            acl += &format!("\nuser {SPEAKER}\ntopic write #\n");
        }
        private::write(&folder.path().join("acl"), &acl)?;
        if has(configuration, PSK_FILE) {
            installed::check_keys(&installed::found()?.0)?;
        }
        // Here everybody has a password where there is a port for it, nodes too: who may do what is the same.
        for (option, security) in [(PSK_FILE, Security::Tls), (PASSWORD_FILE, Security::Password)] {
            if let Some(name) = file_name(security).filter(|_| has(configuration, option)) {
                private::write(&folder.path().join(name), &passwords.file(security, Salts::Random)?)?;
            }
        }
        if has(configuration, CERTFILE) {
            let made = Certificates::new(&fresh()?, "throw-away", &[Ipv4Addr::LOCALHOST.to_string()])?;
            private::write(&folder.path().join(KEY), &made.key)?;
            private::write(&folder.path().join(CERTIFICATE), &made.certificate)?;
            private::write(&folder.path().join(AUTHORITY), &made.authority)?;
        }
        match Self::on(folder, configuration, None)? {
            Start::Running(broker) => Ok(broker),
            Start::Refused(log) => bail!("Mosquitto refuses the generated configuration:\n{log}"),
        }
    }

    /// Starts a broker on a configuration and the files that lie in a folder, on a free port of the loopback, as their
    /// owner if one is named.
    pub fn on(folder: TempDir, configuration: &str, owner: Option<Owner>) -> Result<Start> {
        let endpoint = Endpoint::here(0, configured_tls(configuration, folder.path())?);
        let second = endpoint.tls == Tls::Keyed && has(configuration, CERTFILE);
        let certificate_endpoint = match second {
            true => Some(Endpoint::here(0, Tls::Pinned(Pair::read(&folder.path().join(KEY))?.public()))),
            false => None,
        };
        let mut broker = Self { folder, child: None, endpoint, certificate_endpoint };
        for _ in 0..5 {
            // The port is free now; if somebody takes it before the broker does, there are others.
            let free: [TcpListener; 2] =
                [TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?];
            let [first, second] = free.map(|listener| listener.local_addr());
            broker.endpoint.port = first?.port();
            let second = second?.port();
            broker.certificate_endpoint =
                broker.certificate_endpoint.map(|endpoint| Endpoint { port: second, ..endpoint });
            let ports: Vec<u16> = [Some(broker.endpoint), broker.certificate_endpoint]
                .iter()
                .flatten()
                .map(|endpoint| endpoint.port)
                .collect();
            let folder = broker.folder.path();
            let path = folder.join("mosquitto.conf");
            private::write(&path, &here(configuration, folder, &ports)?)?;
            if let Some(owner) = owner {
                owner.give(&path)?;
            }
            broker.child = Some(spawn(folder, owner)?);
            if broker.wait()? {
                return Ok(Start::Running(broker));
            }
            let log = std::fs::read_to_string(broker.folder.path().join("log")).unwrap_or_default();
            if !log.contains("Address already in use") {
                return Ok(Start::Refused(log));
            }
        }
        bail!("no free port on the loopback");
    }

    /// The folder with its files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the broker listens.
    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// Where clients that know no keys go, if there is such a port beside that of the others.
    pub fn certificate_endpoint(&self) -> Option<Endpoint> {
        self.certificate_endpoint
    }

    /// Whether it runs.
    pub fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// Stops it, as if somebody pulled the plug; its folder stays.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have died by itself; then there is nothing to kill.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Stops it as a service is stopped: it may put its things in order first.
    pub fn shut_down(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM)?;
            child.wait().context("waiting for the broker's end")?;
        }
        Ok(())
    }

    /// Starts it again on the same port.
    pub fn start_again(&mut self) -> Result<()> {
        self.stop();
        self.child = Some(spawn(self.folder.path(), None)?);
        if !self.wait()? {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            bail!("the broker does not start again:\n{log}");
        }
        Ok(())
    }

    /// Waits until its log tells that its port is open; `false`: it ended. That somebody answers on the port would prove
    /// nothing: it could be the broker of somebody else, who was faster.
    fn wait(&mut self) -> Result<bool> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(child) = &mut self.child
                && child.try_wait()?.is_some()
            {
                return Ok(false);
            }
            let log = std::fs::read(self.folder.path().join("log")).unwrap_or_default();
            if log.windows(RUNNING.len()).any(|bytes| bytes == RUNNING) {
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

fn spawn(folder: &Path, owner: Option<Owner>) -> Result<Child> {
    let program =
        project::command::which("mosquitto").with_context(|| format!("Mosquitto is not installed: {REMEDY}"))?;
    let log = std::fs::File::create(folder.join("log")).context("making the broker's log")?;
    let mut command = Command::new(program);
    command.arg("-c").arg(folder.join("mosquitto.conf")).current_dir(folder);
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    if let Some(owner) = owner.filter(|owner| Owner::of(Path::new("/proc/self")).is_ok_and(|own| own != *owner)) {
        command.uid(owner.user).gid(owner.group);
    }
    command.spawn().context("starting mosquitto")
}
