//! `verify`: proves what was generated, on a real broker with real nodes, as processes or in the emulator.

use crate::cli::Outcome;
use crate::commands::scenarios::{self, Wishes};
use anyhow::{Result, bail};
use fleetwright_generator::fleet::Security;
use fleetwright_generator::plan::Plan;
use fleetwright_generator::{Artifact, Output};
use lab::layout::{Callbacks, RunningLayout};
use lab::nodes::On;
use lab::refusals;
use lab::rights;
use lab::scenario::ScenarioOutcome;
use lab::smoke;
use project::fleets;
use project::sh;
use project::sync::{self, Mode};
use std::path::Path;

/// Verifies fleets, all layouts of each or those of one name.
pub fn run(words: &[String], layout: Option<&str>, on: On) -> Result<Outcome> {
    if sh::which("mosquitto").is_none() {
        bail!("Mosquitto is not installed, and nothing is proven without it; run `{}`", broker::REMEDY);
    }
    let mut outcome = Outcome::Fine;
    let mut summary = Vec::new();
    for path in fleets::find(words)? {
        let out = fleets::root().join("generated");
        let Some(output) = fleets::generate(&path, &out, None)? else {
            outcome = Outcome::Findings;
            summary.push(format!("{}: has errors", path.display()));
            continue;
        };
        if !is_current(&out, &output)? {
            outcome = Outcome::Findings;
            summary.push(format!("{}: generated/ is not current; run `cargo xtask gen`", path.display()));
            continue;
        }
        if let Some(missing) = missing(&path, &output) {
            outcome = Outcome::Findings;
            summary.push(format!("{}: {missing} is missing; `cargo xtask gen` writes a first version", path.display()));
            continue;
        }
        for plan in fleets::layouts(&output, layout)? {
            println!("{} · {}{}", plan.fleet, plan.layout, if on == On::Emulator { " · on the emulator" } else { "" });
            println!("  ok  generated files are current");
            match prove(&out, plan, &output.artifacts, on) {
                Ok(()) => summary.push(format!("{} · {}: proven", plan.fleet, plan.layout)),
                Err(error) => {
                    outcome = Outcome::Findings;
                    println!("  NO  {error:#}");
                    summary.push(format!("{} · {}: FAILED", plan.fleet, plan.layout));
                }
            }
        }
    }
    println!("\n{}", summary.join("\n"));
    Ok(outcome)
}

/// A custom role's file that is not there.
fn missing(fleet: &Path, output: &Output) -> Option<String> {
    let folder = fleets::folder(fleet);
    output.stubs.iter().find(|file| !folder.join(&file.path).is_file()).map(|file| file.path.clone())
}

pub(super) fn is_current(out: &Path, output: &Output) -> Result<bool> {
    let Some(plan) = output.plans.first() else { return Ok(true) };
    let report = sync::sync(out, &plan.fleet, &output.artifacts, Mode::Check)?;
    for name in [&report.missing, &report.changed, &report.stale, &report.foreign].into_iter().flatten() {
        println!("  NO  generated/{name} is not as it would be generated");
    }
    Ok(report.is_none())
}

fn prove(out: &Path, plan: &Plan, artifacts: &[Artifact], on: On) -> Result<()> {
    let ok = |what: &str| println!("  ok  {what}");
    let mut stage = RunningLayout::start_on(on, out, plan, artifacts, Callbacks::default())?;
    ok(match on {
        On::Host => "compiles without warnings",
        On::Emulator => "compiles for the ESP8266, and runs on an emulated LX106",
    });
    let networked = plan.nodes.iter().filter(|node| node.status.is_some()).count();
    match &stage.broker {
        None => ok("needs no broker: no topic leaves its node"),
        Some(broker) => {
            ok(match broker.is_cluster() {
                false => "Mosquitto accepts the configuration and the access rules",
                true => "three ejabberd accept the configuration, and are one broker",
            });
            match networked {
                0 => ok("no node needs the broker: no topic leaves its node"),
                1 => ok("the node is connected as itself, and says `online`"),
                count => ok(&format!("{count} nodes are connected, each as itself, and say `online`")),
            }
            if plan.security == Security::Open {
                println!("  --  security is open: strangers get in, by the fleet file's own word");
            } else {
                ok(refusals::prove(plan, broker.door())?);
                if let Some(door) = broker.certificate_door() {
                    ok(&format!("at the port with a certificate {}", refusals::prove(plan, door)?));
                }
                let proof = rights::prove(plan, artifacts)?;
                proof.result()?;
                ok(&proof.summary());
            }
        }
    }
    for step in smoke::run(&mut stage)? {
        ok(&step);
    }
    drop(stage);
    let played = scenarios::play(out, plan, artifacts, &Wishes { on, ..Wishes::default() })?;
    let failed = played.iter().filter(|played| matches!(played.outcome, ScenarioOutcome::Failed(_))).count();
    if failed > 0 {
        bail!("{failed} of {} scenarios failed", played.len());
    }
    Ok(())
}
