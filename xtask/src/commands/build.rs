//! `build`: every node of a layout as a program for this machine, for the emulator or for the chip, with a table of
//! what it takes.

use super::verify::is_current;
use crate::cli::Outcome;
use anyhow::{Result, bail};
use clap::ValueEnum;
use deploy::images::Images;
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::{NodePlan, Plan};
use lab::handshake;
use lab::nodes;
use lx106::{self, Kit, On, Sdk, sizes};
use project::fleets;
use std::path::Path;
use std::time::Instant;

/// What nodes are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum For {
    /// The ESP8266, with Espressif's SDK
    Chip,
    /// QEMU's LX106, with our stand-in for the SDK
    Emulator,
    /// This machine
    Host,
}

/// Which nodes, and for what.
pub struct Wanted<'a> {
    /// Names in fleets/ or paths; none: all.
    pub fleets: &'a [String],
    /// This layout alone.
    pub layout: Option<&'a str>,
    /// This node alone.
    pub node: Option<&'a str>,
    /// For what; not named: for the chip where an SDK is named, else for the emulator.
    pub on: Option<For>,
    /// The folder of Espressif's SDK.
    pub sdk: Option<&'a Path>,
}

/// Builds.
pub fn run(wanted: &Wanted<'_>) -> Result<Outcome> {
    let named = wanted.sdk.is_some() || Sdk::is_named();
    let on = wanted.on.unwrap_or(if named { For::Chip } else { For::Emulator });
    let out = fleets::root().join("generated");
    let mut outcome = Outcome::Fine;
    let mut found = false;
    for path in fleets::find(wanted.fleets)? {
        let Some(output) = fleets::generate(&path, &out, wanted.layout)? else {
            outcome = Outcome::Findings;
            continue;
        };
        if wanted.layout.is_none() && !is_current(&out, &output)? {
            bail!("generated/ is not current; run `cargo xtask gen`");
        }
        for plan in &output.plans {
            let nodes: Vec<&NodePlan> =
                plan.nodes.iter().filter(|node| wanted.node.is_none_or(|name| name == node.name)).collect();
            if nodes.is_empty() {
                continue;
            }
            found = true;
            if layout(&out, plan, &output.artifacts, &nodes, on, wanted.sdk)? == Outcome::Findings {
                outcome = Outcome::Findings;
            }
        }
    }
    match wanted.node {
        Some(node) if !found && outcome == Outcome::Fine => bail!("there is no node `{node}` in what you named"),
        _ => Ok(outcome),
    }
}

fn layout(
    out: &Path,
    plan: &Plan,
    artifacts: &[Artifact],
    nodes: &[&NodePlan],
    on: For,
    sdk: Option<&Path>,
) -> Result<Outcome> {
    println!("{} · {}", plan.fleet, plan.layout);
    let sdk = match on {
        For::Host => {
            println!("  programs of this machine are in {}", nodes::build(out, plan)?.display());
            return Ok(Outcome::Fine);
        }
        For::Emulator => None,
        For::Chip => Some(Sdk::find(sdk)?),
    };
    let kit = Kit::ready(&fleets::root(), &fleets::root().join("target"))?;
    let workspace = out.join(&plan.fleet).join(&plan.layout).join("firmware");
    let programs = by_program(nodes);
    let mut built = Vec::new();
    for (number, nodes) in programs.iter().enumerate() {
        let start = Instant::now();
        let on = sdk.as_ref().map_or(On::Emulator, On::Chip);
        let node = nodes[0];
        built.push(kit.build(&workspace, &node.program, lx106::map(node.flash_kb)?, on)?);
        println!("  {}/{} {} ({:.1} s)", number + 1, programs.len(), called(nodes), start.elapsed().as_secs_f32());
    }
    let names: Vec<String> = programs.iter().map(|nodes| called(nodes)).collect();
    let lines: Vec<_> = names.iter().zip(&built).map(|(name, built)| built.line(name)).collect();
    println!("\n{}", sizes::table(&lines));
    if on == For::Emulator && plan.security.is_encrypted() {
        for ((name, built), nodes) in names.iter().zip(&built).zip(&programs) {
            if nodes[0].status.is_some() {
                println!("{name}, TLS handshake: {}", handshake::cost(plan, artifacts, nodes[0], &built.elf)?);
            }
        }
    }
    let mut outcome = Outcome::Fine;
    for (name, built) in names.iter().zip(&built) {
        for fault in built.sizes.faults() {
            outcome = Outcome::Findings;
            println!("over budget: {name}: {fault}\n{}", sizes::largest(&built.elf, 10)?);
        }
    }
    if sdk.is_some() && outcome == Outcome::Fine {
        let mut images = Images::new(plan)?;
        for (nodes, built) in programs.iter().zip(&built) {
            for (node, parts) in nodes.iter().zip(images.make(&kit, built, nodes)?) {
                let files: Vec<String> = parts.iter().map(|part| part.file.display().to_string()).collect();
                println!("{}: {}", node.name, files.join(", "));
            }
        }
        if !images.missing.is_empty() {
            println!("\nwithout an identity (network, broker, password) until there is:");
            images.missing.iter().for_each(|what| println!("  {what}"));
        }
    }
    Ok(outcome)
}

/// Nodes by their programs, in the order of the plan.
fn by_program<'a>(nodes: &[&'a NodePlan]) -> Vec<Vec<&'a NodePlan>> {
    let mut programs: Vec<Vec<&NodePlan>> = Vec::new();
    for node in nodes {
        match programs.iter_mut().find(|others| others[0].program == node.program) {
            Some(others) => others.push(node),
            None => programs.push(vec![node]),
        }
    }
    programs
}

/// A node's name; of copies, their common one and how many they are.
fn called(nodes: &[&NodePlan]) -> String {
    match (&nodes[0].copies, nodes.len()) {
        (Some(copies), count) if count > 1 => format!("{} × {count}", copies.template),
        _ => nodes[0].name.clone(),
    }
}
