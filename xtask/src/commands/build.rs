//! `build`: every node of a layout as a program for this machine, for the emulator or for the chip, with a table of
//! what it takes.

use super::findings;
use crate::outcome::Outcome;
use anyhow::{Result, bail};
use broker::REMEDY;
use clap::ValueEnum;
use deploy::firmware::Firmware;
use fleetwright_generator::model::Engine;
use fleetwright_generator::plan::{NodePlan, Plan};
use fleetwright_generator::{Artifact, Output};
use lab::throwaway::ThrowawayBroker;
use lab::{handshake, nodes, stack};
use lx106::{Sdk, sdk, sizes};
use project::{command, fleets, generated, sync};
use std::path::PathBuf;

/// What nodes are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BuildTarget {
    /// The ESP8266, with Espressif's SDK
    Chip,
    /// QEMU's LX106, with our stand-in for the SDK
    Emulator,
    /// This machine
    Host,
}

/// Build nodes for the chip, the emulator or this machine, and show what they take
#[derive(Clone, Debug, clap::Args)]
pub struct Build {
    /// Names in fleets/ or paths; none: all of fleets/
    pub fleets: Vec<String>,
    /// This layout alone
    #[arg(long)]
    pub layout: Option<String>,
    /// This node alone
    #[arg(long)]
    pub node: Option<String>,
    /// For what; not named: for the chip where an SDK is named or downloaded, else for the emulator
    #[arg(long, value_enum)]
    pub on: Option<BuildTarget>,
    /// The folder of Espressif's ESP8266_NONOS_SDK 3.0.6, instead of what ESP8266_SDK names or `sdk --download` fetched
    #[arg(long, value_name = "DIR")]
    pub sdk: Option<PathBuf>,
}

impl Build {
    /// Builds the nodes of all layouts that are named.
    pub fn run(self) -> Result<Outcome> {
        let mut outcome = Outcome::Fine;
        let mut found = false;
        for path in fleets::find(&self.fleets)? {
            let layout = self.layout.as_deref();
            let Some(output) = findings::output(fleets::generate(&path, &generated(), layout)?) else {
                outcome = Outcome::Findings;
                continue;
            };
            if layout.is_none() {
                require_current(&output)?;
            }
            for plan in output.layouts(layout)? {
                let is_named = |node: &&NodePlan| self.node.as_ref().is_none_or(|name| *name == node.name);
                let nodes: Vec<&NodePlan> = plan.nodes.iter().filter(is_named).collect();
                if nodes.is_empty() {
                    continue;
                }
                found = true;
                if self.layout(plan, &nodes, &output.artifacts)? == Outcome::Findings {
                    outcome = Outcome::Findings;
                }
            }
        }
        match self.node {
            Some(node) if !found && outcome == Outcome::Fine => bail!("there is no node `{node}` in what you named"),
            _ => Ok(outcome),
        }
    }

    fn target(&self) -> BuildTarget {
        let has_sdk = sdk::located(self.sdk.as_deref()).is_some();
        self.on.unwrap_or(if has_sdk { BuildTarget::Chip } else { BuildTarget::Emulator })
    }

    /// Builds these nodes of a layout.
    fn layout(&self, plan: &Plan, nodes: &[&NodePlan], artifacts: &[Artifact]) -> Result<Outcome> {
        println!("{} · {}", plan.fleet, plan.layout);
        match self.target() {
            BuildTarget::Host => {
                println!("  programs of this machine are in {}", nodes::build(&generated(), plan)?.display());
                Ok(Outcome::Fine)
            }
            BuildTarget::Emulator => {
                let mut firmware = build(plan, nodes, None)?;
                let unmeasured = measure_stacks(plan, artifacts, &mut firmware)?;
                println!("\n{}", firmware.table());
                unmeasured.iter().for_each(|why| println!("the stack is not measured: {why}\n"));
                if plan.security.is_encrypted() {
                    print_handshakes(plan, artifacts, &firmware)?;
                }
                over_budget(&firmware)
            }
            BuildTarget::Chip => {
                let firmware = build(plan, nodes, Some(&Sdk::find(self.sdk.as_deref())?))?;
                println!("\n{}", firmware.table());
                let outcome = over_budget(&firmware)?;
                if outcome == Outcome::Fine {
                    print_images(&firmware)?;
                }
                Ok(outcome)
            }
        }
    }
}

fn require_current(output: &Output) -> Result<()> {
    let differences = sync::differences(&generated(), output)?;
    differences.names().for_each(|name| println!("  NO  generated/{name} is not as it would be generated"));
    if !differences.is_none() {
        bail!("generated/ is not current; run `cargo xtask gen`");
    }
    Ok(())
}

fn build<'p>(plan: &'p Plan, nodes: &[&'p NodePlan], sdk: Option<&Sdk>) -> Result<Firmware<'p>> {
    let firmware = Firmware::build(plan, nodes, sdk, &mut |progress| {
        println!("  {}/{} {} ({:.1} s)", progress.built, progress.of, progress.name, progress.took.as_secs_f32());
    })?;
    Ok(firmware)
}

/// Runs each program on the emulator and keeps what it takes of the stack; why not, if that is so.
fn measure_stacks(plan: &Plan, artifacts: &[Artifact], firmware: &mut Firmware<'_>) -> Result<Option<String>> {
    let needs_broker = firmware.programs.iter().any(|program| program.nodes[0].status.is_some());
    if needs_broker && plan.engine != Engine::Mosquitto {
        return Ok(Some("that would take a cluster of brokers; `cargo xtask verify --on emulator` starts one".into()));
    }
    if needs_broker && command::which("mosquitto").is_none() {
        return Ok(Some(format!("Mosquitto is not installed; run `{REMEDY}`")));
    }
    let broker = needs_broker.then(|| ThrowawayBroker::start(plan, artifacts)).transpose()?;
    for program in &mut firmware.programs {
        let node = stack::of_program(plan, broker.as_ref(), program.nodes[0], &program.built.elf)?;
        program.built.measured_stack(node)?;
    }
    Ok(None)
}

fn print_handshakes(plan: &Plan, artifacts: &[Artifact], firmware: &Firmware<'_>) -> Result<()> {
    for program in firmware.programs.iter().filter(|program| program.nodes[0].status.is_some()) {
        let cost = handshake::cost(plan, artifacts, program.nodes[0], &program.built.elf)?;
        println!("{}, TLS handshake: {cost}", program.name);
    }
    Ok(())
}

/// Reports what is too large, and what makes it so.
fn over_budget(firmware: &Firmware<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::Fine;
    for program in &firmware.programs {
        for fault in program.built.sizes.faults() {
            outcome = Outcome::Findings;
            println!("over budget: {}: {fault}\n{}", program.name, sizes::largest(&program.built.elf, 10)?);
        }
    }
    Ok(outcome)
}

fn print_images(firmware: &Firmware<'_>) -> Result<()> {
    let images = firmware.images()?;
    for (node, files) in &images.files {
        let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
        println!("{node}: {}", files.join(", "));
    }
    if !images.missing.is_empty() {
        println!("\nwithout an identity (network, broker, password); missing or wrong:");
        images.missing.iter().for_each(|what| println!("  {what}"));
    }
    Ok(())
}
