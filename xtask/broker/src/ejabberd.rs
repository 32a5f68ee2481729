//! Three ejabberd on the loopback that are one broker: each a process of ours, with an Erlang port mapper of their own.
//! They are told apart by their addresses, 127.0.0.1 to 127.0.0.3, and share a port, as on three machines.

use super::accounts::Accounts;
use super::{OBSERVER, REMEDY, SPEAKER, secret};
use crate::probe::{Guest, Probe, Version, greeted, pump};
use crate::tls::certificate::{Certificates, PEM};
use crate::tls::{Door, Tls};
use anyhow::{Context, Result, bail};
use credentials::passwords::{Passwords, fresh};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a broker may take to start, or to join the others.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long those that are left take to get over the death of one: until then they end new sessions of those who were at
/// the dead one now and then, without a word in their log. Nodes come back in real time; virtual time waits here.
const RECOVERY: Duration = Duration::from_millis(1_000);
/// How many there are.
const SIZE: usize = 3;
/// What the generated configuration says of the machine it is for.
const ANYWHERE: &str = "ip: \"0.0.0.0\"";
const SOCKET: &str = "unix:/var/lib/ejabberd/fleetwright.sock";
const CERTFILES: &str = "certfiles: [\"";

pub(super) struct Cluster {
    fleet: String,
    port: u16,
    tls: Tls,
    mapper: u16,
    mapping: Child,
    brokers: Vec<Option<Child>>,
    /// The account that may say everything, if there is one.
    observer: Option<(String, String)>,
    folder: TempDir,
}

fn address(place: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, place as u8 + 1)
}

/// The name of a broker among the others, who find it at the first address all of them.
fn name(place: usize) -> String {
    format!("broker{place}@127.0.0.1")
}

impl Cluster {
    pub(super) fn start(configuration: &str, passwords: &Passwords) -> Result<Self> {
        let libraries = libraries()?;
        let folder = tempfile::Builder::new().prefix("fleetwright-cluster").tempdir().context("making a folder")?;
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700))?;
        // Whoever knows the cookie is master of the brokers: it is in a file, not in a command line.
        secret(&folder.path().join(".erlang.cookie"), &fresh()?)?;
        let port = free_port()?;
        let mapper = free_port()?;
        let fleet = configuration.lines().find_map(|line| line.strip_prefix("hosts: [\"")?.strip_suffix("\"]"));
        let fleet = fleet.context("the generated configuration names no host")?.to_owned();
        let mapping = child(Command::new(found("epmd")?), folder.path(), mapper, &libraries)
            .args(["-address", "127.0.0.1", "-port", &mapper.to_string()])
            .stdout(Stdio::null())
            .spawn()
            .context("starting epmd")?;
        let observer = passwords.0.iter().find(|(account, _)| account.starts_with(&format!("{OBSERVER}@")));
        let observer = observer.map(|(account, password)| (account.clone(), password.clone()));
        let certificates = match configuration.contains(CERTFILES) {
            true => {
                let hosts: Vec<String> = (0..SIZE).map(|place| address(place).to_string()).collect();
                Some(Certificates::new(&fresh()?, &fleet, &hosts)?)
            }
            false => None,
        };
        let tls = certificates.as_ref().map_or(Tls::Off, |made| Tls::Pinned(made.pair.public()));
        let mut cluster = Self { fleet, port, tls, mapper, mapping, brokers: Vec::new(), observer, folder };
        for place in 0..SIZE {
            let own = cluster.own(place);
            std::fs::create_dir(&own).with_context(|| format!("making {}", own.display()))?;
            let text = here(configuration, &own, place, port, passwords)?;
            secret(&own.join("ejabberd.yml"), &text)?;
            if let Some(made) = &certificates {
                secret(&own.join(PEM), &made.bundle())?;
            }
            let broker = cluster.spawn(place)?;
            cluster.brokers.push(Some(broker));
        }
        for place in 0..SIZE {
            cluster.wait(place)?;
        }
        cluster.join()?;
        let accounts = cluster.accounts(0);
        for (account, password) in &passwords.0 {
            let user = account.strip_suffix(&format!("@{}", cluster.fleet)).unwrap_or(account);
            accounts.set(user, password)?;
        }
        cluster.settle()?;
        Ok(cluster)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Door> + '_ {
        (0..SIZE).map(|place| Door { host: address(place).into(), port: self.port, tls: self.tls })
    }

    pub(super) fn doors(&self) -> Vec<Option<Door>> {
        self.all().zip(&self.brokers).map(|(door, broker)| broker.is_some().then_some(door)).collect()
    }

    pub(super) fn first(&self) -> Door {
        let first = self.brokers.iter().position(Option::is_some).unwrap_or(0);
        Door { host: address(first).into(), port: self.port, tls: self.tls }
    }

    /// Pulls a broker's plug, and waits until the others have noticed.
    pub(super) fn lose(&mut self, place: usize) -> Result<()> {
        self.stop(place);
        self.settle()?;
        std::thread::sleep(RECOVERY);
        Ok(())
    }

    fn stop(&mut self, place: usize) {
        if let Some(mut broker) = self.brokers.get_mut(place).and_then(Option::take) {
            // It may have died by itself; then there is nothing to kill.
            let _ = broker.kill();
            let _ = broker.wait();
        }
    }

    /// Waits until those that run know of each other, and take what is said. Until a broker has noticed everywhere that
    /// another one died, it closes the connections of those who speak: it asks the dead one for its subscribers (23.01,
    /// `mod_mqtt_mnesia:mqtree_multi_match`). Nodes come back by themselves; a scenario's time must not pass meanwhile.
    pub(super) fn settle(&self) -> Result<()> {
        let running = self.brokers.iter().flatten().count();
        let knows = |place: usize| self.accounts(place).cluster().is_ok_and(|known| known.len() == running);
        let runs: Vec<usize> = (0..SIZE).filter(|place| self.brokers[*place].is_some()).collect();
        let start = Instant::now();
        let patient = || {
            std::thread::sleep(Duration::from_millis(20));
            anyhow::ensure!(
                start.elapsed() < PATIENCE,
                "the brokers do not become one within {} s",
                PATIENCE.as_secs()
            );
            Ok(())
        };
        while !runs.iter().all(|place| knows(*place)) {
            patient()?;
        }
        let Some((account, password)) = &self.observer else { return Ok(()) };
        for door in self.doors().into_iter().flatten() {
            while !listens(door, (account, password))? {
                patient()?;
            }
        }
        Ok(())
    }

    pub(super) fn start_again(&mut self) -> Result<()> {
        for place in 0..SIZE {
            if self.brokers[place].is_none() {
                self.brokers[place] = Some(self.spawn(place)?);
                self.wait(place)?;
            }
        }
        self.settle()
    }

    /// Ends all sessions and retained messages.
    pub(super) fn forget(&mut self) -> Result<()> {
        self.start_again()?;
        let keys = "rpc:call(B, mnesia, dirty_all_keys, [mqtt_pub])";
        self.tell(&format!(
            "B = {}, [ok = rpc:call(B, mnesia, dirty_delete, [mqtt_pub, K]) || K <- {keys}]",
            atoms(&[0])
        ))
    }

    fn own(&self, place: usize) -> PathBuf {
        self.folder.path().join(format!("broker{place}"))
    }

    fn accounts(&self, place: usize) -> Accounts {
        Accounts::new(&self.own(place).join("api.sock"), &self.fleet)
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.own(0).join("api.sock")
    }

    fn spawn(&self, place: usize) -> Result<Child> {
        let own = self.own(place);
        // One that was killed leaves its socket behind.
        let _ = std::fs::remove_file(own.join("api.sock"));
        let log = std::fs::File::create(own.join("output")).context("making the broker's log")?;
        let mut command = child(Command::new(found("erl")?), self.folder.path(), self.mapper, &libraries()?);
        command.args(["-noinput", "-name", &name(place), "-start_epmd", "false"]);
        command.args(["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"]);
        command.args(["-kernel", "inet_dist_use_interface", "{127,0,0,1}"]);
        command.args(["-kernel", "prevent_overlapping_partitions", "false"]);
        command.arg("-mnesia").arg("dir").arg(format!("{:?}", own.join("db"))).args(["-s", "ejabberd"]);
        command.env("EJABBERD_CONFIG_PATH", own.join("ejabberd.yml")).env("EJABBERD_LOG_PATH", own.join("log"));
        command.current_dir(&own).stdout(log.try_clone()?).stderr(log);
        command.spawn().context("starting ejabberd")
    }

    /// Waits until it answers questions.
    fn wait(&mut self, place: usize) -> Result<()> {
        let start = Instant::now();
        while self.accounts(place).cluster().is_err() {
            let ended = match &mut self.brokers[place] {
                Some(broker) => broker.try_wait()?.is_some(),
                None => true,
            };
            if ended || start.elapsed() > PATIENCE {
                let said = std::fs::read_to_string(self.own(place).join("output")).unwrap_or_default();
                bail!("ejabberd refuses the generated configuration, or does not answer:\n{said}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Lets the others join the first.
    fn join(&mut self) -> Result<()> {
        self.tell(&format!(
            "B = {}, [ok = rpc:call(N, ejabberd_cluster, join, [B]) || N <- [{}]]",
            atoms(&[0]),
            atoms(&[1, 2])
        ))?;
        (0..SIZE).try_for_each(|place| self.wait(place))
    }

    /// Lets a visitor do something in Erlang.
    fn tell(&self, words: &str) -> Result<()> {
        let mut command = child(Command::new(found("erl")?), self.folder.path(), self.mapper, &libraries()?);
        let visitor = format!("visitor{}@127.0.0.1", fastrand::u32(..));
        command.args(["-noinput", "-hidden", "-name", &visitor, "-start_epmd", "false"]);
        command.args(["-kernel", "inet_dist_use_interface", "{127,0,0,1}"]);
        command.arg("-eval").arg(format!("{words}, halt()."));
        let output = command.output().context("starting Erlang")?;
        if !output.status.success() {
            bail!("Erlang fails:\n{}", String::from_utf8_lossy(&output.stdout));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        (0..SIZE).for_each(|place| self.stop(place));
        let _ = self.mapping.kill();
        let _ = self.mapping.wait();
    }
}

/// Whether a broker acknowledges what somebody says.
fn listens(door: Door, account: (&str, &str)) -> Result<bool> {
    let guest = Guest { id: "fleetwright-ready", account: Some(account), key: None, will: None };
    let mut probe = [Probe::open(door, Version::V4, &guest)?];
    greeted(&mut probe)?;
    if probe[0].closed || probe[0].greeting != Some(0) {
        return Ok(false);
    }
    probe[0].publish("fleetwright-ready", "?");
    pump(&mut probe, |_, _| (), |probe| probe.closed || !probe.reasons.is_empty())?;
    Ok(!probe[0].reasons.is_empty())
}

/// Names of brokers as Erlang's atoms.
fn atoms(places: &[usize]) -> String {
    places.iter().map(|place| format!("'{}'", name(*place))).collect::<Vec<_>>().join(", ")
}

/// A port that is free on all addresses of the cluster. It takes seconds until it is used, so it is none of those that the
/// system gives to outgoing connections meanwhile (Linux: from 32768).
fn free_port() -> Result<u16> {
    for _ in 0..100 {
        let port = fastrand::u16(20_000..32_000);
        if (0..SIZE).all(|place| TcpListener::bind((address(place), port)).is_ok()) {
            return Ok(port);
        }
    }
    bail!("no free port on the loopback");
}

fn found(program: &str) -> Result<PathBuf> {
    project::command::which(program).with_context(|| format!("`{program}` is not installed: {REMEDY}"))
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

/// A program of Erlang's that knows only this cluster.
fn child(mut command: Command, home: &Path, mapper: u16, libraries: &Path) -> Command {
    command.env("HOME", home).env("ERL_LIBS", libraries).env("ERL_CRASH_DUMP", "/dev/null");
    command.env("ERL_EPMD_ADDRESS", "127.0.0.1").env("ERL_EPMD_PORT", mapper.to_string());
    command.stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The configuration for a folder, an address and a port of this machine, with our own users beside the fleet's.
fn here(configuration: &str, own: &Path, place: usize, port: u16, passwords: &Passwords) -> Result<String> {
    if configuration.matches(ANYWHERE).count() != 1 || configuration.matches(SOCKET).count() != 1 {
        bail!("the generated configuration has not one port for nodes and one socket");
    }
    let mut lines: Vec<String> = Vec::new();
    for line in configuration.lines() {
        match line.strip_prefix("  - port: ") {
            Some(rest) if !rest.contains("unix:") => lines.push(format!("  - port: {port}")),
            _ => lines.push(line.to_owned()),
        }
    }
    allow(&mut lines, "    access_publish:", &[SPEAKER, OBSERVER], passwords)?;
    allow(&mut lines, "    access_subscribe:", &[OBSERVER], passwords)?;
    let text = lines.join("\n") + "\n";
    let socket = format!("unix:{}", own.join("api.sock").display());
    let text: String = text
        .split_inclusive('\n')
        .map(|line| match line.starts_with(CERTFILES) {
            true => format!("{CERTFILES}{}\"]\n", own.join(PEM).display()),
            false => line.to_owned(),
        })
        .collect();
    Ok(text.replace(ANYWHERE, &format!("ip: \"{}\"", address(place))).replace(SOCKET, &socket))
}

/// Lets these users do with every topic what this section is about.
fn allow(lines: &mut Vec<String>, section: &str, users: &[&str], passwords: &Passwords) -> Result<()> {
    const EVERYTHING: &str = "      \"#\":";
    let of = |account: &&String| {
        users.iter().any(|user| account.strip_prefix(user).is_some_and(|rest| rest.starts_with('@')))
    };
    let start = lines.iter().position(|line| line == section).context("a section of the rules is missing")? + 1;
    let end = lines[start..].iter().position(|line| !line.starts_with("      ")).map_or(lines.len(), |end| start + end);
    let place = match lines[start..end].iter().position(|line| line == EVERYTHING) {
        Some(place) => start + place + 1,
        None => {
            lines.insert(start, EVERYTHING.to_owned());
            lines.insert(start + 1, "        - deny: all".to_owned());
            start + 1
        }
    };
    for account in passwords.0.keys().filter(of) {
        lines.insert(place, format!("        - allow: {{user: {account:?}}}"));
    }
    Ok(())
}
