//! `flash`: an image with its node's identity into a board, verified, and then the board's own words.

use super::log;
use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use deploy::images::{Images, all_parts};
use fleetwright_chip::partitions::Map;
use fleetwright_generator::plan::{NodePlan, Plan};
use lx106::{self, Kit, On, Sdk, image};
use project::fleets::{self, root};
use project::sh;
use std::path::Path;
use std::process::Command;

/// The serial speed at which images are written; boards with a CH340 or CP2102 can do it.
const BAUD: &str = "460800";

/// Which board gets what.
pub struct Wanted<'a> {
    /// A name in fleets/ or a path.
    pub fleet: &'a str,
    /// The node.
    pub node: &'a str,
    /// Its layout; not named: the first that has the node.
    pub layout: Option<&'a str>,
    /// The serial port of the board.
    pub port: &'a str,
    /// The folder of Espressif's SDK.
    pub sdk: Option<&'a Path>,
    /// Whether to write nothing, and say what would be done.
    pub dry_run: bool,
}

/// Builds and writes.
pub fn run(wanted: &Wanted<'_>) -> Result<Outcome> {
    let out = root().join("generated");
    let path = fleets::find_one(wanted.fleet)?;
    let Some(output) = fleets::generate(&path, &out, wanted.layout)? else { return Ok(Outcome::Findings) };
    let (plan, node) = find(&output.plans, wanted.node)?;
    let sdk = Sdk::find(wanted.sdk)?;
    let kit = Kit::ready(&root(), &root().join("target"))?;
    let workspace = out.join(&plan.fleet).join(&plan.layout).join("firmware");
    let built = kit.build(&workspace, &node.program, lx106::map(node.flash_kb)?, On::Chip(&sdk))?;
    let faults = built.sizes.faults();
    if !faults.is_empty() {
        bail!("`{}` is over its budget: {}", node.name, faults.join("; "));
    }
    let mut images = Images::new(plan)?;
    let own = images.make(&kit, &built, &[node])?.into_iter().flatten().collect();
    if !images.missing.is_empty() {
        let missing: Vec<String> = images.missing.into_iter().collect();
        bail!("`{}` would know neither network nor broker; missing:\n  {}", node.name, missing.join("\n  "));
    }
    let parts = all_parts(&sdk, &built, own);
    let places: Vec<String> =
        parts.iter().flat_map(|part| [format!("{:#x}", part.address), part.file.display().to_string()]).collect();
    let mut write = esptool(&kit, wanted.port)?;
    write.arg("write-flash").args(image::flash_words(built.map)).args(&places);
    let mut verify = esptool(&kit, wanted.port)?;
    verify.arg("verify-flash").args(image::flash_words(built.map)).args(&places);
    if wanted.dry_run {
        println!("{}", sh::spelled(&write));
        println!("{}", sh::spelled(&verify));
        return check(&kit, built.map, &parts);
    }
    if !sh::run(&mut write)? {
        bail!("esptool did not write the image; is the board in its boot mode, and {} its port?", wanted.port);
    }
    if !sh::run(&mut verify)? {
        bail!("what is in the board's flash is not what was written; is it a board with {} KB?", node.flash_kb);
    }
    println!("{} is in the board at {}; its log follows, end it with Ctrl-C", node.name, wanted.port);
    log::run(wanted.port)
}

/// The node in the first of these layouts that has it.
fn find<'a>(plans: &'a [Plan], name: &str) -> Result<(&'a Plan, &'a NodePlan)> {
    let nodes = || plans.iter().flat_map(|plan| plan.nodes.iter().map(move |node| (plan, node)));
    nodes().find(|(_, node)| node.name == name).with_context(|| {
        let known: Vec<String> = nodes().map(|(plan, node)| format!("{} ({})", node.name, plan.layout)).collect();
        format!("there is no node `{name}`; there are: {}", known.join(", "))
    })
}

fn esptool(kit: &Kit, port: &str) -> Result<Command> {
    let mut command = image::esptool(kit)?;
    command.args(["--chip", "esp8266", "--port", port, "--baud", BAUD]);
    Ok(command)
}

/// Lets esptool read what it would write.
fn check(kit: &Kit, map: &Map, parts: &[image::Part]) -> Result<Outcome> {
    let image = parts.iter().find(|part| part.address == image::start(map)).context("the parts hold no image")?;
    let mut command = image::esptool(kit)?;
    command.args(["--chip", "esp8266", "image-info"]).arg(&image.file);
    let output = sh::quietly(&mut command)?;
    let said = String::from_utf8_lossy(&output.stdout);
    for line in said.lines().filter(|line| line.contains("hecksum") || line.contains("Entry point")) {
        println!("  {line}");
    }
    if !output.status.success() || !said.to_lowercase().contains("(valid)") {
        println!("{said}");
        bail!("esptool does not accept the image");
    }
    println!("nothing was written: --dry-run");
    Ok(Outcome::Fine)
}
