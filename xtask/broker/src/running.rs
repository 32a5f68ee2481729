//! The broker of a layout, whichever it is: one Mosquitto, or a cluster of ejabberd.

use crate::ejabberd::Cluster;
use crate::mosquitto::{AUTHORITY, Mosquitto};
use crate::spread::spread;
use crate::tls::Endpoint;
use anyhow::{Context, Result, bail};
use credentials::passwords::Passwords;
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::Plan;
use std::path::PathBuf;

/// The broker of a layout, running.
pub struct Broker(Running);

enum Running {
    Mosquitto(Mosquitto),
    Cluster(Cluster),
}

impl Broker {
    /// Starts what was generated for a layout. A few values are replaced, because nothing here is installed: addresses,
    /// ports and paths; and [`OBSERVER`](crate::OBSERVER) gets its rights, [`SPEAKER`](crate::SPEAKER) where it has a password.
    pub fn start(artifacts: &[Artifact], prefix: &str, passwords: &Passwords) -> Result<Self> {
        let file = |name: &str| {
            let path = format!("{prefix}/broker/{name}");
            artifacts.iter().find(|artifact| artifact.path == path).map(|artifact| artifact.text.as_str())
        };
        if let Some(configuration) = file("ejabberd.yml") {
            return Ok(Self(Running::Cluster(Cluster::start(configuration, passwords)?)));
        }
        let needed = |name: &str| file(name).with_context(|| format!("{prefix}/broker/{name} was not generated"));
        let started = Mosquitto::start(needed("mosquitto.conf")?, needed("acl")?, passwords)?;
        Ok(Self(Running::Mosquitto(started)))
    }

    /// Its endpoint; of a cluster that of the first broker that runs.
    pub fn endpoint(&self) -> Endpoint {
        match &self.0 {
            Running::Mosquitto(broker) => broker.endpoint(),
            Running::Cluster(cluster) => cluster.first(),
        }
    }

    /// Where clients that know no keys go, if there is such a port beside that of the others.
    pub fn certificate_endpoint(&self) -> Option<Endpoint> {
        match &self.0 {
            Running::Mosquitto(broker) => broker.certificate_endpoint(),
            Running::Cluster(_) => None,
        }
    }

    /// All brokers, in the order in which nodes know them; `None`: that one does not run.
    pub fn endpoints(&self) -> Vec<Option<Endpoint>> {
        match &self.0 {
            Running::Mosquitto(broker) => vec![broker.runs().then(|| broker.endpoint())],
            Running::Cluster(cluster) => cluster.endpoints(),
        }
    }

    /// Where all of them listen, as nodes are told.
    pub fn addresses(&self) -> Vec<String> {
        match &self.0 {
            Running::Mosquitto(broker) => vec![broker.endpoint().address()],
            Running::Cluster(cluster) => cluster.all().map(|endpoint| endpoint.address()).collect(),
        }
    }

    /// Makes all brokers of a cluster know what they may be asked for; see [`spread`].
    pub fn prepare(&self, plan: &Plan, passwords: &Passwords) -> Result<()> {
        if let Running::Cluster(cluster) = &self.0 {
            let password = |user: &str| passwords.0.get(&plan.account(user)).cloned();
            spread(plan, &cluster.all().collect::<Vec<_>>(), &password)?;
        }
        Ok(())
    }

    /// The certificate by which clients of people know it, where it shows one.
    pub fn authority(&self) -> Option<PathBuf> {
        match &self.0 {
            Running::Mosquitto(broker) => Some(broker.folder().join(AUTHORITY)).filter(|file| file.is_file()),
            Running::Cluster(_) => None,
        }
    }

    /// The socket behind which accounts are made, if there is one.
    pub fn socket(&self) -> Option<PathBuf> {
        match &self.0 {
            Running::Mosquitto(_) => None,
            Running::Cluster(cluster) => Some(cluster.socket()),
        }
    }

    /// Whether others go on when one stops.
    pub fn is_cluster(&self) -> bool {
        matches!(self.0, Running::Cluster(_))
    }

    /// Stops it, as if somebody pulled the plug; its folder stays. Of a cluster this one alone.
    pub fn stop(&mut self, index: usize) -> Result<()> {
        match &mut self.0 {
            Running::Mosquitto(broker) => broker.stop(),
            Running::Cluster(cluster) => cluster.kill(index)?,
        }
        Ok(())
    }

    /// Stops it as a service is stopped: it may put its things in order first.
    pub fn shut_down(&mut self) -> Result<()> {
        match &mut self.0 {
            Running::Mosquitto(broker) => broker.shut_down(),
            Running::Cluster(_) => bail!("a cluster is not shut down, it loses brokers"),
        }
    }

    /// Starts what does not run, where it was.
    pub fn start_again(&mut self) -> Result<()> {
        match &mut self.0 {
            Running::Mosquitto(broker) if broker.runs() => Ok(()),
            Running::Mosquitto(broker) => broker.start_again(),
            Running::Cluster(cluster) => cluster.start_again(),
        }
    }

    /// Forgets all sessions and retained messages, which is faster than a new broker.
    pub fn forget(&mut self) -> Result<()> {
        match &mut self.0 {
            Running::Mosquitto(broker) => broker.start_again(),
            Running::Cluster(cluster) => cluster.forget(),
        }
    }
}
