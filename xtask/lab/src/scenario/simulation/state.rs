//! What a simulation consists of: its start, and what can be asked of it.

use super::node::SimulatedNode;
use super::observers::Observers;
use super::recorder::Recorder;
use crate::scenario::launcher::{Environment, Launcher};
use crate::scenario::network::{Conditions, Link};
use crate::scenario::process::Process;
use crate::scenario::transcript::{EventKind, Transcript};
use anyhow::{Context, Result};
use broker::tls::Endpoint;
use broker::{Broker, OBSERVER};
use fleetwright_generator::model::TopicId;
use fleetwright_generator::plan::Plan;
use fleetwright_protocol::Input;
use tempfile::TempDir;

pub(in crate::scenario) struct Simulation<'a> {
    pub(in crate::scenario) plan: &'a Plan,
    pub(super) launcher: &'a Launcher,
    seed: u64,
    pub(super) random: fastrand::Rng,
    /// In the order of the plan.
    pub(super) nodes: Vec<SimulatedNode>,
    pub(super) broker: Option<&'a mut Broker>,
    pub(super) observers: Observers,
    /// How packets travel from now on.
    pub(in crate::scenario) conditions: Conditions,
    pub(super) recorder: Recorder<'a>,
    /// The flash memory of each node, a file for each, which outlives power cuts in the scenario.
    flash: TempDir,
}

impl<'a> Simulation<'a> {
    /// Starts everything; returns when nothing is left to do.
    pub(in crate::scenario) fn start(
        launcher: &'a Launcher,
        broker: Option<&'a mut Broker>,
        seed: u64,
    ) -> Result<Self> {
        let plan = &launcher.plan;
        let mut simulation = Self {
            plan,
            launcher,
            seed,
            random: fastrand::Rng::with_seed(seed),
            nodes: Vec::new(),
            broker,
            observers: Observers::default(),
            conditions: Conditions::default(),
            recorder: Recorder::new(plan),
            flash: tempfile::Builder::new().prefix("fleetwright-flash").tempdir().context("making a folder")?,
        };
        simulation.observe()?;
        for (index, node) in plan.nodes.iter().enumerate() {
            let link = if node.status.is_some() {
                let proof = launcher.proof(&node.name);
                let seed = seed.wrapping_mul(1_000) + index as u64;
                Some(Link::new(seed, proof, simulation.endpoints().len())?)
            } else {
                None
            };
            let process = simulation.launch(index, link.as_ref(), &[])?;
            simulation.nodes.push(SimulatedNode::new(process, link));
            simulation.await_ready(index)?;
        }
        for index in 0..plan.nodes.len() {
            simulation.ask(index, None)?;
        }
        simulation.settle()?;
        Ok(simulation)
    }

    /// Starts the process of the node with this index, with its input pins in this state.
    pub(super) fn launch(&self, index: usize, link: Option<&Link>, inputs: &[Input]) -> Result<Process> {
        // A seed of its own for each node, or all would wait equally long.
        let seed = (self.seed as u32).wrapping_mul(31).wrapping_add(index as u32 + 1);
        let brokers = link.map(Link::addresses).transpose()?.unwrap_or_default();
        let node = &self.plan.nodes[index];
        let flash = self.flash.path().join(&node.name);
        self.launcher.launch(node, &Environment { seed, brokers: &brokers, flash: &flash, inputs })
    }

    /// Observes those of the brokers that run and are not observed yet.
    pub(super) fn observe(&mut self) -> Result<()> {
        let endpoints = self.endpoints();
        self.observers.connect(endpoints, self.launcher.account(OBSERVER))
    }

    /// The brokers' addresses, in the order in which nodes know them; `None`: that one does not run.
    pub(super) fn endpoints(&self) -> Vec<Option<Endpoint>> {
        self.broker.as_deref().map_or(Vec::new(), Broker::endpoints)
    }

    /// Virtual time in milliseconds.
    pub(in crate::scenario) fn now(&self) -> u64 {
        self.recorder.now
    }

    /// Notes something of the scenario itself.
    pub(in crate::scenario) fn note(&mut self, kind: EventKind) {
        self.recorder.note("", kind);
    }

    /// What happened until now.
    pub(in crate::scenario) fn transcript(&self) -> &Transcript {
        &self.recorder.transcript
    }

    /// Ends the simulation and returns its transcript.
    pub(in crate::scenario) fn into_transcript(self) -> Transcript {
        self.recorder.transcript
    }

    /// The index of a node.
    pub(in crate::scenario) fn node(&self, name: &str) -> Result<usize> {
        self.plan.nodes.iter().position(|node| node.name == name).with_context(|| format!("no node `{name}`"))
    }

    /// The level of an output pin, `true` for high, and since when.
    pub(in crate::scenario) fn pin(&self, index: usize, gpio: u8) -> Option<(bool, u64)> {
        self.nodes[index].pins.get(&gpio).copied()
    }

    /// The last payload of a topic, and since when it is the last.
    pub(in crate::scenario) fn last_message(&self, id: TopicId) -> Option<&(String, u64)> {
        self.recorder.last(id)
    }
}
