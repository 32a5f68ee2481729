//! Three ejabberd on the loopback that are one broker: each a process of ours, with an Erlang port mapper of their own.
//! They are told apart by their addresses, 127.0.0.1 to 127.0.0.3, and share a port, as on three machines.

use super::configuration::{CERTFILES, here, host};
use super::erlang::Erlang;
use super::members::{SIZE, address, atoms, free_port, name};
use crate::accounts::Accounts;
use crate::probe::{self, Connect, Version, pump};
use crate::test_users::OBSERVER;
use crate::tls::certificate::{Certificates, PEM};
use crate::tls::{Endpoint, Tls};
use anyhow::{Context, Result, bail};
use credentials::passwords::{Passwords, fresh};
use project::private;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a broker may take to start, or to join the others.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long those that are left take to get over the death of one: until then they end new sessions of those who were at
/// the dead one now and then, without a word in their log. Nodes come back in real time; virtual time waits here.
const RECOVERY: Duration = Duration::from_millis(1_000);

/// The running brokers, and the folder with their files.
pub(crate) struct Cluster {
    fleet: String,
    port: u16,
    tls: Tls,
    erlang: Erlang,
    /// The port mapper.
    mapping: Child,
    /// By their index; `None`: that one does not run.
    brokers: Vec<Option<Child>>,
    /// Account and password of the observer, which may publish on every topic here, if it has an account.
    observer: Option<(String, String)>,
    folder: TempDir,
}

impl Cluster {
    /// Starts all brokers on a generated `ejabberd.yml`, joins them, and makes the accounts.
    pub(crate) fn start(configuration: &str, passwords: &Passwords) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fleetwright-cluster").tempdir().context("making a folder")?;
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o700))?;
        // Whoever knows the cookie is master of the brokers: it is in a file, not in a command line.
        private::write(&folder.path().join(".erlang.cookie"), &fresh()?)?;
        let port = free_port()?;
        let fleet = host(configuration)?;
        let erlang = Erlang::new(folder.path(), free_port()?)?;
        let mapping = erlang.map_ports()?;
        let observer = passwords.0.iter().find(|(account, _)| account.starts_with(&format!("{OBSERVER}@")));
        let observer = observer.map(|(account, password)| (account.clone(), password.clone()));
        let certificates = match configuration.contains(CERTFILES) {
            true => {
                let hosts: Vec<String> = (0..SIZE).map(|index| address(index).to_string()).collect();
                Some(Certificates::new(&fresh()?, &fleet, &hosts)?)
            }
            false => None,
        };
        let tls = certificates.as_ref().map_or(Tls::Off, |made| Tls::Pinned(made.pair.public()));
        let mut cluster = Self { fleet, port, tls, erlang, mapping, brokers: Vec::new(), observer, folder };
        for index in 0..SIZE {
            let own = cluster.own(index);
            std::fs::create_dir(&own).with_context(|| format!("making {}", own.display()))?;
            let text = here(configuration, &own, index, port, passwords)?;
            private::write(&own.join("ejabberd.yml"), &text)?;
            if let Some(made) = &certificates {
                private::write(&own.join(PEM), &made.bundle())?;
            }
            let broker = cluster.spawn(index)?;
            cluster.brokers.push(Some(broker));
        }
        for index in 0..SIZE {
            cluster.wait(index)?;
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

    /// The endpoints of all brokers, whether they run or not.
    pub(crate) fn all(&self) -> impl Iterator<Item = Endpoint> + '_ {
        (0..SIZE).map(|index| Endpoint { host: address(index).into(), port: self.port, tls: self.tls })
    }

    /// The endpoints of all brokers by their index; `None`: that one does not run.
    pub(crate) fn endpoints(&self) -> Vec<Option<Endpoint>> {
        self.all().zip(&self.brokers).map(|(endpoint, broker)| broker.is_some().then_some(endpoint)).collect()
    }

    /// The endpoint of the first broker that runs.
    pub(crate) fn first(&self) -> Endpoint {
        let first = self.brokers.iter().position(Option::is_some).unwrap_or(0);
        Endpoint { host: address(first).into(), port: self.port, tls: self.tls }
    }

    /// Kills a broker, and waits until the others have noticed.
    pub(crate) fn kill(&mut self, index: usize) -> Result<()> {
        self.stop(index);
        self.settle()?;
        std::thread::sleep(RECOVERY);
        Ok(())
    }

    fn stop(&mut self, index: usize) {
        if let Some(mut broker) = self.brokers.get_mut(index).and_then(Option::take) {
            // It may have died by itself; then there is nothing to kill.
            let _ = broker.kill();
            let _ = broker.wait();
        }
    }

    /// Waits until those that run know of each other, and acknowledge what is published. Until a broker has noticed
    /// everywhere that another one died, it closes the connections of those who publish: it asks the dead one for its
    /// subscribers (23.01, `mod_mqtt_mnesia:mqtree_multi_match`). Nodes come back by themselves; a scenario's time must not
    /// pass meanwhile.
    pub(crate) fn settle(&self) -> Result<()> {
        let running = self.brokers.iter().flatten().count();
        let knows = |index: usize| self.accounts(index).cluster().is_ok_and(|known| known.len() == running);
        let running_indices: Vec<usize> = (0..SIZE).filter(|index| self.brokers[*index].is_some()).collect();
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
        while !running_indices.iter().all(|index| knows(*index)) {
            patient()?;
        }
        let Some((account, password)) = &self.observer else { return Ok(()) };
        for endpoint in self.endpoints().into_iter().flatten() {
            while !acknowledges(endpoint, (account, password))? {
                patient()?;
            }
        }
        Ok(())
    }

    /// Starts the brokers that do not run.
    pub(crate) fn start_again(&mut self) -> Result<()> {
        for index in 0..SIZE {
            if self.brokers[index].is_none() {
                self.brokers[index] = Some(self.spawn(index)?);
                self.wait(index)?;
            }
        }
        self.settle()
    }

    /// Deletes all retained messages.
    pub(crate) fn forget(&mut self) -> Result<()> {
        self.start_again()?;
        let keys = "rpc:call(B, mnesia, dirty_all_keys, [mqtt_pub])";
        self.erlang.evaluate(&format!(
            "B = {}, [ok = rpc:call(B, mnesia, dirty_delete, [mqtt_pub, K]) || K <- {keys}]",
            atoms(&[0])
        ))
    }

    /// The folder of one broker.
    fn own(&self, index: usize) -> PathBuf {
        self.folder.path().join(format!("broker{index}"))
    }

    fn accounts(&self, index: usize) -> Accounts {
        Accounts::new(&self.own(index).join("api.sock"), &self.fleet)
    }

    /// The socket of the first broker's HTTP interface.
    pub(crate) fn socket(&self) -> PathBuf {
        self.own(0).join("api.sock")
    }

    fn spawn(&self, index: usize) -> Result<Child> {
        let own = self.own(index);
        // One that was killed leaves its socket behind.
        let _ = std::fs::remove_file(own.join("api.sock"));
        let log = std::fs::File::create(own.join("output")).context("making the broker's log")?;
        let mut command = self.erlang.node(&name(index))?;
        command.args(["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"]);
        command.args(["-kernel", "prevent_overlapping_partitions", "false"]);
        command.arg("-mnesia").arg("dir").arg(format!("{:?}", own.join("db"))).args(["-s", "ejabberd"]);
        command.env("EJABBERD_CONFIG_PATH", own.join("ejabberd.yml")).env("EJABBERD_LOG_PATH", own.join("log"));
        command.current_dir(&own).stdout(log.try_clone()?).stderr(log);
        command.spawn().context("starting ejabberd")
    }

    /// Waits until a broker answers on its HTTP interface.
    fn wait(&mut self, index: usize) -> Result<()> {
        let start = Instant::now();
        while self.accounts(index).cluster().is_err() {
            let ended = match &mut self.brokers[index] {
                Some(broker) => broker.try_wait()?.is_some(),
                None => true,
            };
            if ended || start.elapsed() > PATIENCE {
                let output = std::fs::read_to_string(self.own(index).join("output")).unwrap_or_default();
                bail!("ejabberd refuses the generated configuration, or does not answer:\n{output}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Lets the others join the first.
    fn join(&mut self) -> Result<()> {
        self.erlang.evaluate(&format!(
            "B = {}, [ok = rpc:call(N, ejabberd_cluster, join, [B]) || N <- [{}]]",
            atoms(&[0]),
            atoms(&[1, 2])
        ))?;
        (0..SIZE).try_for_each(|index| self.wait(index))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        (0..SIZE).for_each(|index| self.stop(index));
        let _ = self.mapping.kill();
        let _ = self.mapping.wait();
    }
}

/// Whether a broker acknowledges what somebody publishes.
fn acknowledges(endpoint: Endpoint, account: (&str, &str)) -> Result<bool> {
    let connect = Connect { id: "fleetwright-ready", account: Some(account), key: None, will: None };
    let Some(mut probe) = probe::enter(endpoint, Version::V4, &connect)? else { return Ok(false) };
    probe[0].publish("fleetwright-ready", "?");
    pump(&mut probe, |_, _| (), |probe| probe.closed || !probe.reasons.is_empty())?;
    Ok(!probe[0].reasons.is_empty())
}
