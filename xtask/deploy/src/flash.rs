//! Writing a node into the flash of a board, by esptool: its image with its identity, and what the chip wants around it.

use crate::firmware::Firmware;
use crate::images::{Images, all_parts};
use anyhow::{Context, Result, bail};
use fleetwright_chip::partitions::Map;
use fleetwright_generator::plan::{NodePlan, Plan};
use lx106::image::{self, FlashRegion};
use lx106::{Sdk, Toolchain};
use project::command;
use std::process::Command;

/// The serial speed at which images are written, in bits per second; boards with a CH340 or CP2102 can do it.
const BAUD: &str = "460800";

/// A node that is ready to be written into a board.
pub struct Flash<'p> {
    node: &'p NodePlan,
    port: &'p str,
    map: &'static Map,
    parts: Vec<FlashRegion>,
    firmware: Firmware<'p>,
}

/// The node of this name in the first of these layouts that has it.
///
/// # Errors
///
/// None has it; the message lists the nodes that there are.
pub fn find<'p>(plans: &[&'p Plan], name: &str) -> Result<(&'p Plan, &'p NodePlan)> {
    let nodes = || plans.iter().flat_map(|plan| plan.nodes.iter().map(move |node| (*plan, node)));
    nodes().find(|(_, node)| node.name == name).with_context(|| {
        let known: Vec<String> = nodes().map(|(plan, node)| format!("{} ({})", node.name, plan.layout)).collect();
        format!("there is no node `{name}`; there are: {}", known.join(", "))
    })
}

impl<'p> Flash<'p> {
    /// Builds the node, and makes its image.
    ///
    /// # Errors
    ///
    /// It does not build, it is over its budget, or something of its identity is missing.
    pub fn prepare(plan: &'p Plan, node: &'p NodePlan, sdk: &Sdk, port: &'p str) -> Result<Self> {
        let firmware = Firmware::build(plan, &[node], Some(sdk), &mut |_| ())?;
        let built = &firmware.programs[0].built;
        let faults = built.sizes.faults();
        if !faults.is_empty() {
            bail!("`{}` is over its budget: {}", node.name, faults.join("; "));
        }
        let mut images = Images::new(plan)?;
        let own = images.make(firmware.toolchain(), built, &[node])?.into_iter().flatten().collect();
        if !images.missing.is_empty() {
            let missing: Vec<String> = images.missing.into_iter().collect();
            bail!(
                "`{}` would know neither network nor broker; missing or wrong:\n  {}",
                node.name,
                missing.join("\n  ")
            );
        }
        Ok(Self { node, port, map: built.map, parts: all_parts(sdk, built, own), firmware })
    }

    /// The command lines of [`Flash::write`].
    ///
    /// # Errors
    ///
    /// esptool is missing.
    pub fn commands(&self) -> Result<[String; 2]> {
        Ok([command::spelled(&self.esptool("write-flash")?), command::spelled(&self.esptool("verify-flash")?)])
    }

    /// Writes the node into the board at the port, and compares what is there then.
    ///
    /// # Errors
    ///
    /// esptool does not reach the board, or the flash holds something else.
    pub fn write(&self) -> Result<()> {
        if !command::run(&mut self.esptool("write-flash")?)? {
            bail!("esptool did not write the image; is the board in its boot mode, and {} its port?", self.port);
        }
        if !command::run(&mut self.esptool("verify-flash")?)? {
            let size = self.node.flash_kb;
            bail!("what is in the board's flash is not what was written; is it a board with {size} KB?");
        }
        Ok(())
    }

    /// Lets esptool read what it would write; returns what it prints of checksum and entry point.
    ///
    /// # Errors
    ///
    /// esptool does not accept the image.
    pub fn check(&self) -> Result<Vec<String>> {
        let start = image::start(self.map);
        let image = self.parts.iter().find(|part| part.address == start).context("the parts hold no image")?;
        let mut command = image::esptool(self.toolchain())?;
        command.args(["--chip", "esp8266", "image-info"]).arg(&image.file);
        let output = command::output(&mut command)?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || !text.to_lowercase().contains("(valid)") {
            bail!("esptool does not accept the image:\n{text}");
        }
        let lines = text.lines().filter(|line| line.contains("hecksum") || line.contains("Entry point"));
        Ok(lines.map(str::to_owned).collect())
    }

    fn toolchain(&self) -> &Toolchain {
        self.firmware.toolchain()
    }

    /// What esptool is to do with all parts at their addresses.
    fn esptool(&self, what: &str) -> Result<Command> {
        let mut command = image::esptool(self.toolchain())?;
        command.args(["--chip", "esp8266", "--port", self.port, "--baud", BAUD, what]);
        command.args(image::flash_arguments(self.map));
        for part in &self.parts {
            command.arg(format!("{:#x}", part.address)).arg(&part.file);
        }
        Ok(command)
    }
}
