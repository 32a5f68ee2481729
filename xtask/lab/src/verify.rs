//! The proof that generated fleets do what their files describe: on a real broker with real nodes, as processes or in
//! the emulator. What happens is reported as it happens, as events.

use crate::layout::{Callbacks, RunningLayout};
use crate::nodes::NodePlatform;
use crate::scenario::{ScenarioOutcome, ScenarioRun};
use crate::selection::Selection;
use crate::{refusals, rights, smoke, stack};
use anyhow::{Result, bail};
use broker::{Broker, REMEDY};
use fleetwright_generator::model::Security;
use fleetwright_generator::plan::Plan;
use fleetwright_generator::{Artifact, Output};
use project::fleets::{self, Findings};
use project::{command, generated, sync};
use std::fmt;
use std::path::{Path, PathBuf};

/// What happens while fleets are verified, in its order.
pub enum Event<'a> {
    /// The findings about a fleet file; there may be none.
    Findings(&'a Findings),
    /// A file below generated/ is not as it would be generated.
    NotCurrent(&'a str),
    /// What follows is about this layout.
    Layout(&'a Plan),
    /// Something was proven, in a sentence.
    Proven(&'a str),
    /// Something can't be proven, with the reason in a sentence.
    NotProven(&'a str),
    /// A scenario of this layout was played.
    Played(&'a Plan, &'a ScenarioRun),
    /// The layout differs from its file.
    Failed(&'a anyhow::Error),
}

/// What became of a fleet or of one of its layouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The fleet's file, or fleet and layout.
    pub subject: String,
    /// Why it is not proven.
    pub fault: Option<Fault>,
}

/// Why something is not proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The fleet file has errors.
    Errors,
    /// What is in generated/ was made from something else.
    NotCurrent,
    /// The file of a custom role is missing.
    Missing(String),
    /// The proof failed; an event named the place.
    Failed,
}

impl fmt::Display for Verified {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: ", self.subject)?;
        match &self.fault {
            None => out.write_str("proven"),
            Some(Fault::Errors) => out.write_str("has errors"),
            Some(Fault::NotCurrent) => out.write_str("generated/ is not current; run `cargo xtask gen`"),
            Some(Fault::Missing(file)) => {
                write!(out, "{file} is missing; `cargo xtask gen` writes a first version")
            }
            Some(Fault::Failed) => out.write_str("FAILED"),
        }
    }
}

/// Verifies fleets, all layouts of each or those of one name.
///
/// # Errors
///
/// Mosquitto is missing, a file can't be read, or a fleet has no such layout. What is not proven is no error here.
pub fn verify(
    paths: &[PathBuf],
    layout: Option<&str>,
    on: NodePlatform,
    report: &mut dyn FnMut(Event<'_>),
) -> Result<Vec<Verified>> {
    if command::which("mosquitto").is_none() {
        bail!("Mosquitto is not installed, and nothing is proven without it; run `{REMEDY}`");
    }
    let mut all = Vec::new();
    for path in paths {
        match ready(path, report)? {
            Ready::Generated(output) => {
                for plan in output.layouts(layout)? {
                    report(Event::Layout(plan));
                    report(Event::Proven("generated files are current"));
                    let proof = prove(plan, &output.artifacts, on, report);
                    let fault = proof.map_err(|error| report(Event::Failed(&error))).err().map(|()| Fault::Failed);
                    all.push(Verified { subject: format!("{} · {}", plan.fleet, plan.layout), fault });
                }
            }
            Ready::Not(fault) => all.push(Verified { subject: path.display().to_string(), fault: Some(fault) }),
        }
    }
    Ok(all)
}

/// Whether a fleet can be verified.
enum Ready {
    Generated(Output),
    Not(Fault),
}

/// Generates a fleet in memory; its files must be those that are in generated/ and beside its own.
fn ready(path: &Path, report: &mut dyn FnMut(Event<'_>)) -> Result<Ready> {
    let made = fleets::generate(path, &generated(), None)?;
    report(Event::Findings(&made.findings));
    let Some(output) = made.output else { return Ok(Ready::Not(Fault::Errors)) };
    let differences = sync::differences(&generated(), &output)?;
    if !differences.is_none() {
        differences.names().for_each(|name| report(Event::NotCurrent(name)));
        return Ok(Ready::Not(Fault::NotCurrent));
    }
    let folder = fleets::folder(path);
    match output.stubs.iter().find(|file| !folder.join(&file.path).is_file()) {
        Some(missing) => Ok(Ready::Not(Fault::Missing(missing.path.clone()))),
        None => Ok(Ready::Generated(output)),
    }
}

fn prove(plan: &Plan, artifacts: &[Artifact], on: NodePlatform, report: &mut dyn FnMut(Event<'_>)) -> Result<()> {
    let out = generated();
    let mut running = RunningLayout::start_on(on, &out, plan, artifacts, Callbacks::default())?;
    report(Event::Proven(match on {
        NodePlatform::Host => "compiles without warnings",
        NodePlatform::Emulator => "compiles for the ESP8266, and runs on an emulated LX106",
    }));
    match &running.broker {
        None => report(Event::Proven("needs no broker: no topic leaves its node")),
        Some(broker) => prove_broker(plan, artifacts, broker, report)?,
    }
    for step in smoke::run(&mut running)? {
        report(Event::Proven(&step));
    }
    if on == NodePlatform::Emulator {
        report(Event::Proven(&stack::prove(&mut running)?));
    }
    drop(running);
    let selection = Selection::default();
    let runs = selection.play(on, &out, plan, artifacts, &mut |run| report(Event::Played(plan, run)))?;
    let failed = runs.iter().filter(|run| matches!(run.outcome, ScenarioOutcome::Failed(_))).count();
    if failed > 0 {
        bail!("{failed} of {} scenarios failed", runs.len());
    }
    Ok(())
}

/// The broker's files, the connections of the nodes, and the rights.
fn prove_broker(plan: &Plan, artifacts: &[Artifact], broker: &Broker, report: &mut dyn FnMut(Event<'_>)) -> Result<()> {
    report(Event::Proven(match broker.is_cluster() {
        false => "Mosquitto accepts the configuration and the access rules",
        true => "three ejabberd accept the configuration, and are one broker",
    }));
    report(Event::Proven(&match plan.nodes.iter().filter(|node| node.status.is_some()).count() {
        0 => "no node needs the broker: no topic leaves its node".to_owned(),
        1 => "the node is connected as itself, and its status is `online`".to_owned(),
        count => format!("{count} nodes are connected, each as itself, and their status is `online`"),
    }));
    if plan.security == Security::Open {
        report(Event::NotProven("security is open: by the fleet file, clients without an account get in"));
        return Ok(());
    }
    report(Event::Proven(refusals::prove(plan, broker.endpoint())?));
    if let Some(endpoint) = broker.certificate_endpoint() {
        let kept_out = refusals::prove(plan, endpoint)?;
        report(Event::Proven(&format!("at the port with a certificate {kept_out}")));
    }
    let proof = rights::prove(plan, artifacts)?;
    proof.result()?;
    report(Event::Proven(&proof.summary()));
    Ok(())
}
