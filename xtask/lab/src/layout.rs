//! A running layout: a broker with the generated files, every node as a process or in an emulator with its own account,
//! and an observer. What `verify`, `sim` and the tests have in common.

use crate::identity::{self, BrokerAddresses};
use crate::nodes::{Node, NodePlatform};
use crate::programs::{Program, Programs};
use crate::roles::{self, gpio};
use crate::stimulus::Stimulus;
use crate::throwaway::{Account, Accounts, ThrowawayBroker};
use anyhow::{Context, Result, bail};
use broker::Broker;
use broker::watch::{Message, Watcher};
use fleetwright_generator::Artifact;
use fleetwright_generator::model::{RoleKind, TopicId};
use fleetwright_generator::plan::{Location, NodePlan, Plan, RolePlan};
use fleetwright_protocol::Report;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// How long anything may take that should happen at once; generous, since machines can be busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What is called while a layout runs; by default nothing.
#[derive(Clone, Copy, Default)]
pub struct Callbacks {
    /// Called for every message on the broker.
    pub message: Option<fn(&Message)>,
    /// Called for every line that a node prints: its name, the line.
    pub line: Option<fn(&str, &str)>,
}

/// A running layout.
pub struct RunningLayout {
    /// What was decided about it.
    pub plan: Plan,
    /// In the order of the plan; they end before the broker does.
    pub nodes: Vec<Node>,
    /// `None`: no topic leaves its node, and no client has a user.
    pub broker: Option<Broker>,
    /// Receives everything on the broker.
    pub observer: Option<Watcher>,
    accounts: Accounts,
    _folder: TempDir,
}

impl RunningLayout {
    /// Builds and starts everything, with nodes as processes; returns when all nodes are connected.
    pub fn start(out: &Path, plan: &Plan, artifacts: &[Artifact], callbacks: Callbacks) -> Result<Self> {
        Self::start_on(NodePlatform::Host, out, plan, artifacts, callbacks)
    }

    /// Builds and starts everything, with nodes that run on this; returns when all nodes are connected.
    pub fn start_on(
        on: NodePlatform,
        out: &Path,
        plan: &Plan,
        artifacts: &[Artifact],
        callbacks: Callbacks,
    ) -> Result<Self> {
        let programs = Programs::build(on, out, plan)?;
        let folder = tempfile::Builder::new().prefix("fleetwright-nodes").tempdir().context("making a folder")?;
        let (mut broker, mut observer, mut accounts) = (None, None, Accounts::default());
        if let Some(started) = ThrowawayBroker::start_if_needed(plan, artifacts)? {
            observer = Some(started.observe(callbacks.message)?);
            (broker, accounts) = (Some(started.broker), started.accounts);
        }
        let starter = Starter { plan, programs, broker: broker.as_ref(), accounts: &accounts, folder: folder.path() };
        let start = |(index, node)| starter.start(index, node, callbacks.line);
        let nodes = plan.nodes.iter().enumerate().map(start).collect::<Result<_>>()?;
        let layout = Self { plan: plan.clone(), broker, observer, nodes, accounts, _folder: folder };
        layout.await_connections()?;
        Ok(layout)
    }

    fn await_connections(&self) -> Result<()> {
        for (node, planned) in self.nodes.iter().zip(&self.plan.nodes) {
            node.expect(Report::Ready, 0, PATIENCE)?;
            if let (Some(status), Some(observer)) = (&planned.status, &self.observer) {
                node.expect(Report::Link(true), 0, PATIENCE)?;
                observer.expect(status, "online", 0, PATIENCE)?;
            }
        }
        Ok(())
    }

    /// The password of a user at this layout's broker; `None` where nobody has one.
    pub fn password(&self, user: &str) -> Option<&str> {
        self.accounts.get(user).map(|(_, password)| password)
    }

    /// The observer; every layout with a broker has one.
    pub fn observer(&self) -> Result<&Watcher> {
        self.observer.as_ref().context("this layout has no broker")
    }

    /// The role with this key: the index of its node, and its plan.
    pub fn role(&self, key: &str) -> Result<(usize, RolePlan)> {
        roles::find(&self.plan, key).map(|(index, role)| (index, role.clone()))
    }

    /// Presses a button and lets it go again.
    pub fn press(&mut self, key: &str) -> Result<()> {
        let (index, role) = self.role(key)?;
        let RoleKind::PushButton { debounce_ms, .. } = role.kind else { bail!("`{key}` is no button") };
        let bounce = Duration::from_millis(u64::from(debounce_ms) * 2 + 40);
        for pressed in [true, false] {
            self.nodes[index].send(Stimulus::Button(pressed).input(&role)?.into())?;
            std::thread::sleep(bounce);
        }
        Ok(())
    }

    /// Makes an input have a value, written as in messages of its topic: `sensor`, `12`; `presence`, `present`. A
    /// button is `pressed` or `released`.
    pub fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let (index, role) = self.role(key)?;
        let input = Stimulus::parse(&self.plan, &role, value)?.input(&role)?;
        self.nodes[index].send(input.into())
    }

    /// Waits until the pin of a switch is on or off.
    pub fn expect_switch(&self, key: &str, on: bool) -> Result<()> {
        self.expect_switch_within(key, on, PATIENCE)
    }

    /// As [`RunningLayout::expect_switch`], with a limit of one's own.
    pub fn expect_switch_within(&self, key: &str, on: bool, patience: Duration) -> Result<()> {
        let (index, role) = self.role(key)?;
        let RoleKind::SwitchOutput { active_high, .. } = role.kind else { bail!("`{key}` switches nothing") };
        self.nodes[index].expect_pin(gpio(&role)?, on == active_high, patience).with_context(|| format!("`{key}`"))
    }

    /// Whether messages of a topic pass the broker.
    pub fn on_broker(&self, id: TopicId) -> bool {
        self.plan.topics[id.0].location == Location::Broker
    }
}

/// What it takes to start the nodes of a layout.
struct Starter<'l> {
    plan: &'l Plan,
    programs: Programs,
    broker: Option<&'l Broker>,
    accounts: &'l Accounts,
    /// For secrets and images.
    folder: &'l Path,
}

impl Starter<'_> {
    fn start(&self, index: usize, node: &NodePlan, callback: Option<fn(&str, &str)>) -> Result<Node> {
        let seed = index as u32 + 1;
        let broker = self.broker.filter(|_| node.status.is_some());
        let account = self.accounts.get(&node.name);
        match self.programs.of(node)? {
            Program::Host(program) => {
                let arguments = self.arguments(node, seed, broker, account)?;
                Node::start(&node.name, &program, &arguments, callback)
            }
            Program::Emulator(elf) => {
                let Some(broker) = broker else { return Node::emulate(&node.name, elf, seed, callback) };
                let image = self.folder.join(format!("{}.elf", node.name));
                identity::write_image(elf, self.plan, node, &BrokerAddresses::of(broker)?, account, &image)?;
                Node::emulate(&node.name, &image, seed, callback)
            }
        }
    }

    /// The arguments of a node's process; its password comes by a file.
    fn arguments(
        &self,
        node: &NodePlan,
        seed: u32,
        broker: Option<&Broker>,
        account: Option<Account<'_>>,
    ) -> Result<Vec<String>> {
        let mut arguments = vec!["--seed".to_owned(), seed.to_string()];
        if let Some(broker) = broker {
            arguments.extend(broker.addresses().into_iter().flat_map(|address| ["--broker".to_owned(), address]));
            arguments.extend(identity::account_arguments(account, broker.endpoint().tls, self.folder)?);
        }
        arguments.extend(identity::name_arguments(self.plan, node));
        Ok(arguments)
    }
}
