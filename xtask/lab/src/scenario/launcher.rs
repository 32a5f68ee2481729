//! Starts the nodes of a layout for each scenario: their programs, and their accounts at a broker.

use super::process::Process;
use crate::emulator::{Stepped, Surroundings};
use crate::identity::{self, BrokerAddresses};
use crate::nodes::NodePlatform;
use crate::programs::{Program, Programs};
use crate::throwaway::{Account, Accounts};
use anyhow::{Context, Result};
use broker::tls::Tls;
use broker::tls::certificate::Certificates;
use broker::tls::server::Proof;
use credentials::passwords::fresh;
use fleetwright_generator::plan::{Location, NodePlan, Plan};
use fleetwright_protocol::Input;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

pub(super) struct Launcher {
    /// The plan with the nodes that take part.
    pub(super) plan: Plan,
    programs: Programs,
    accounts: Accounts,
    /// How nodes connect to the broker.
    tls: Tls,
    /// Those of the proxy between nodes and broker, where the broker shows a certificate.
    certificates: Option<Certificates>,
    /// Programs, secrets in a file for each user, and what is made for one start.
    folder: TempDir,
}

/// What a node finds when it starts.
pub(super) struct Environment<'s> {
    /// Decides its random numbers.
    pub(super) seed: u32,
    /// Where its brokers are; a node without network has none.
    pub(super) brokers: &'s [SocketAddr],
    /// Where it keeps what outlives a power cut.
    pub(super) flash: &'s Path,
    /// The state of its input pins, as lines of its protocol.
    pub(super) inputs: &'s [Input],
}

impl Launcher {
    /// Builds the programs of a layout below `out`, for a broker with this TLS.
    pub(super) fn new(on: NodePlatform, out: &Path, plan: &Plan, accounts: Accounts, tls: Tls) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("fleetwright-scenario").tempdir().context("making a folder")?;
        let plan = first_copies(plan);
        let programs = Programs::build_into(folder.path().join("programs"), on, out, &plan)?;
        // Nodes connect to the proxy between them and the broker, and get its key.
        let (tls, certificates) = match tls {
            Tls::Pinned(_) => {
                let made = Certificates::new(&fresh()?, &plan.fleet, &["127.0.0.1".to_owned()])?;
                (Tls::Pinned(made.pair.public()), Some(made))
            }
            _ => (tls, None),
        };
        Ok(Self { plan, programs, accounts, tls, certificates, folder })
    }

    /// The account of a user; `None` where nobody has one.
    pub(super) fn account(&self, user: &str) -> Option<Account<'_>> {
        self.accounts.get(user)
    }

    /// How the proxy proves itself to a node; `None`: the node has no TLS.
    pub(super) fn proof(&self, node: &str) -> Option<Proof> {
        let key = |(name, key): Account<'_>| Proof::Key(name.to_owned(), key.to_owned());
        match self.tls {
            Tls::Off => None,
            Tls::Keyed => self.account(node).map(key),
            Tls::Pinned(_) => self.certificates.clone().map(|made| Proof::Certificate(made.pair, made.der)),
        }
    }

    /// Starts a node.
    pub(super) fn launch(&self, node: &NodePlan, environment: &Environment<'_>) -> Result<Process> {
        match self.programs.of(node)? {
            Program::Host(program) => self.launch_host(&program, node, environment),
            Program::Emulator(elf) => self.launch_emulator(elf, node, environment),
        }
    }

    fn launch_host(&self, program: &Path, node: &NodePlan, environment: &Environment<'_>) -> Result<Process> {
        let mut command = Command::new(program);
        command.args(["--time", "virtual", "--seed", &environment.seed.to_string()]);
        if !environment.brokers.is_empty() {
            command.args(environment.brokers.iter().flat_map(|broker| ["--broker".to_owned(), broker.to_string()]));
            command.args(identity::name_arguments(&self.plan, node));
            command.args(identity::account_arguments(self.account(&node.name), self.tls, self.folder.path())?);
        }
        command.arg("--flash").arg(environment.flash);
        for input in environment.inputs {
            command.arg("--world").arg(input.to_string());
        }
        Process::host(&node.name, command)
    }

    fn launch_emulator(&self, elf: &Path, node: &NodePlan, environment: &Environment<'_>) -> Result<Process> {
        let own = tempfile::tempdir_in(self.folder.path()).context("making a folder")?;
        let image = own.path().join(Stepped::PROGRAM);
        match BrokerAddresses::of_sockets(environment.brokers, self.tls) {
            None => drop(std::fs::copy(elf, &image).with_context(|| format!("copying {}", elf.display()))?),
            Some(brokers) => {
                identity::write_image(elf, &self.plan, node, &brokers, self.account(&node.name), &image)?;
            }
        }
        let (inputs, flash) = (environment.inputs, environment.flash);
        let stepped = Stepped::start(own, environment.seed, inputs, flash, Surroundings::default())?;
        Ok(Process::Emulator(node.name.clone(), Box::new(stepped)))
    }
}

/// The plan with the first of all copies of a node, and the nodes that exist once: what other copies would do is the
/// same, on topics of their own.
fn first_copies(plan: &Plan) -> Plan {
    let mut reduced = plan.clone();
    let mut programs = Vec::new();
    reduced.nodes.retain(|node| {
        let is_first = !programs.contains(&node.program);
        programs.push(node.program.clone());
        is_first
    });
    let index_of = |node: &NodePlan| reduced.nodes.iter().position(|kept| kept.name == node.name);
    let indexes: Vec<Option<usize>> = plan.nodes.iter().map(index_of).collect();
    for topic in &mut reduced.topics {
        if let Location::Node(node) = &mut topic.location {
            // Nothing is published on topics inside of nodes that are left out.
            *node = indexes[*node].unwrap_or_default();
        }
    }
    reduced
}
