//! Who plays: the nodes of a layout with their programs and passwords, ready to be started for each scenario.

use super::process::Process;
use super::world::Surroundings;
use crate::emulator::Stepped;
use crate::nodes::{self, On};
use crate::passwords::{Passwords, fresh};
use crate::stage;
use crate::tls::certificate::Certificates;
use crate::tls::server::Proof;
use crate::tls::{Door, Tls};
use anyhow::{Context, Result};
use fleetwright_generator::plan::{NodePlan, Place, Plan};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

pub(super) struct Crew {
    /// The plan with the nodes that play.
    pub(super) plan: Plan,
    programs: Programs,
    passwords: Passwords,
    /// How nodes are told to speak with the broker.
    tls: Tls,
    /// What stands in the broker's place has, where a broker shows a certificate.
    certificates: Option<Certificates>,
    /// Passwords, a file for each user, and what is made for one run.
    folder: TempDir,
}

/// What was built.
enum Programs {
    /// The programs are in this folder, by their names.
    Host(PathBuf),
    /// The linked programs by their names, without identities.
    Emulator(BTreeMap<String, PathBuf>),
}

impl Crew {
    /// Builds the programs of a layout below `out`, for a broker that is spoken to like this.
    pub(super) fn ready(on: On, out: &Path, plan: &Plan, passwords: Passwords, tls: Tls) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fleetwright-scenario").tempdir().context("making a folder")?;
        let plan = first_copies(plan);
        let programs = match on {
            On::Host => {
                let programs = folder.path().join("programs");
                nodes::build_into(&programs, out, &plan)?;
                Programs::Host(programs)
            }
            On::Emulator => {
                let names = plan.nodes.iter().map(|node| node.program.clone());
                Programs::Emulator(names.zip(stage::built(out, &plan)?).collect())
            }
        };
        // Nodes speak with what stands between them and the broker, and are told its key.
        let (tls, certificates) = match tls {
            Tls::Pinned(_) => {
                let made = Certificates::new(&fresh()?, &plan.fleet, &["127.0.0.1".to_owned()])?;
                (Tls::Pinned(made.pair.public()), Some(made))
            }
            _ => (tls, None),
        };
        Ok(Self { plan, programs, passwords, tls, certificates, folder })
    }

    /// A user with its password, or its key; `None` where nobody has one.
    pub(super) fn account<'a>(&'a self, user: &'a str) -> Option<(&'a str, &'a str)> {
        stage::credentials(&self.plan, &self.passwords, user)
    }

    /// How the other end of a node's connection proves itself; `None`: the node speaks no TLS.
    pub(super) fn proof(&self, node: &str) -> Option<Proof> {
        let key = |(name, key): (&str, &str)| Proof::Key(name.to_owned(), key.to_owned());
        match self.tls {
            Tls::Off => None,
            Tls::Keyed => self.account(node).map(key),
            Tls::Pinned(_) => self.certificates.clone().map(|made| Proof::Certificate(made.pair, made.der)),
        }
    }

    /// Starts a node.
    pub(super) fn launch(&self, node: &NodePlan, around: &Surroundings<'_>) -> Result<Process> {
        match &self.programs {
            Programs::Host(programs) => self.launch_host(&programs.join(&node.program), node, around),
            Programs::Emulator(programs) => {
                let program = programs.get(&node.program).context("a node that was not built")?;
                self.launch_emulator(program, node, around)
            }
        }
    }

    fn launch_host(&self, program: &Path, node: &NodePlan, around: &Surroundings<'_>) -> Result<Process> {
        let mut command = Command::new(program);
        command.args(["--time", "virtual", "--seed", &around.seed.to_string()]);
        if !around.brokers.is_empty() {
            command.args(around.brokers.iter().flat_map(|broker| ["--broker".to_owned(), broker.to_string()]));
            command.args(stage::naming(&self.plan, node));
            command.args(stage::proving(self.account(&node.name), self.tls, self.folder.path())?);
        }
        for input in around.inputs {
            command.arg("--world").arg(input.to_string());
        }
        Process::host(&node.name, command)
    }

    fn launch_emulator(&self, program: &Path, node: &NodePlan, around: &Surroundings<'_>) -> Result<Process> {
        let own = tempfile::tempdir_in(self.folder.path()).context("making a folder")?;
        let copy = own.path().join(Stepped::PROGRAM);
        match around.brokers.first() {
            None => drop(std::fs::copy(program, &copy).with_context(|| format!("copying {}", program.display()))?),
            Some(first) => {
                let hosts = around.brokers.iter().map(|broker| broker.ip().to_string()).collect();
                let place = (hosts, Door { host: first.ip(), port: first.port(), tls: self.tls });
                stage::emulated(program, &self.plan, node, place, self.account(&node.name), &copy)?;
            }
        }
        Ok(Process::Emulator(node.name.clone(), Box::new(Stepped::start(own, around.seed, around.inputs)?)))
    }
}

/// Of copies only the first plays, with the nodes that exist once: what the others would do is the same, on topics of
/// their own.
fn first_copies(plan: &Plan) -> Plan {
    let mut cast = plan.clone();
    let mut programs = Vec::new();
    cast.nodes.retain(|node| {
        let first = !programs.contains(&node.program);
        programs.push(node.program.clone());
        first
    });
    let places: Vec<Option<usize>> =
        plan.nodes.iter().map(|node| cast.nodes.iter().position(|playing| playing.name == node.name)).collect();
    for topic in &mut cast.topics {
        if let Place::Node(at) = &mut topic.place {
            // Topics of nodes that don't play are never said.
            *at = places[*at].unwrap_or_default();
        }
    }
    cast
}
