//! A node on its way into a board: its image with its identity, and what the chip wants around it.

use crate::board::BoardWrite;
use crate::firmware::Firmware;
use crate::images::{Images, all_parts};
use anyhow::{Context, Result, bail};
use fleetwright_generator::plan::{NodePlan, Plan};
use lx106::Sdk;

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

/// Builds the node, and makes its image: all that belongs into the board at this port.
///
/// # Errors
///
/// It does not build, it is over its budget, or something of its identity is missing.
pub fn prepare<'p>(plan: &Plan, node: &NodePlan, sdk: &Sdk, port: &'p str) -> Result<BoardWrite<'p>> {
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
        bail!("`{}` would know neither network nor broker; missing or wrong:\n  {}", node.name, missing.join("\n  "));
    }
    Ok(BoardWrite { port, map: built.map, regions: all_parts(sdk, built, own) })
}
