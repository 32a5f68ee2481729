//! What a TLS handshake costs a node of the chip: its program on an emulator that counts instructions, against a real
//! Mosquitto.

use crate::identity::{self, BrokerAddresses};
use crate::layout::PATIENCE;
use crate::nodes::Node;
use crate::throwaway::ThrowawayBroker;
use anyhow::{Context, Result, anyhow};
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::{NodePlan, Plan};
use fleetwright_protocol::{Command, Report, Usage};
use std::fmt;
use std::path::Path;
use std::time::Instant;

/// Instructions to a cycle of the emulator's counter: one takes a nanosecond (`-icount shift=0`), and QEMU's clock of
/// this machine runs at 40 MHz. A loop of 20,000,000 instructions was 800,000 cycles.
const INSTRUCTIONS: u64 = 25;

/// The cost, in instructions and bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Instructions from the start of the program to the MQTT session.
    pub instructions: u64,
    /// What is borrowed of the heap for the handshake.
    pub borrowed: u64,
    /// How much of that was used.
    pub deepest: u64,
    /// Bytes that were never used of a borrowed stack, that of the handshake or that of a record, whichever has fewer.
    pub spare: u64,
    /// What is borrowed when the session is there.
    pub kept: u64,
    /// The SDK's stack that was used, the emulator's own share among it.
    pub stack: u64,
}

impl fmt::Display for Cost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instructions, borrowed, deepest, spare, kept, stack } = self;
        let millions = *instructions as f64 / 1e6;
        write!(
            out,
            "{millions:.1} million instructions to the session; {borrowed} bytes of heap borrowed until then, {deepest} of \
             them used; {kept} after it; {spare} bytes or more of each borrowed stack never used; {stack} bytes of the SDK's stack"
        )
    }
}

/// Measures one node of a layout, by its linked program without identity.
pub fn cost(plan: &Plan, artifacts: &[Artifact], node: &NodePlan, elf: &Path) -> Result<Cost> {
    let ThrowawayBroker { broker, accounts } = ThrowawayBroker::start(plan, artifacts)?;
    let folder = tempfile::tempdir().context("making a folder")?;
    let image = folder.path().join(format!("{}.elf", node.name));
    identity::write_image(elf, plan, node, &BrokerAddresses::of(&broker)?, accounts.get(&node.name), &image)?;
    let mut node = Node::emulate_counting(&node.name, &image)?;
    node.expect(Report::Link(true), 0, PATIENCE)?;
    let usage = usage(&mut node)?;
    Ok(Cost {
        instructions: u64::from(usage.cycles) * INSTRUCTIONS,
        borrowed: usage.most.into(),
        deepest: usage.deepest.into(),
        spare: usage.spare.into(),
        kept: usage.allocated.into(),
        stack: usage.stack.into(),
    })
}

/// What an emulated node reports of its memory.
pub fn usage(node: &mut Node) -> Result<Usage> {
    let mark = node.mark();
    node.send(Command::Heap)?;
    let start = Instant::now();
    loop {
        for line in node.lines().iter().skip(mark) {
            if let Report::Heap(usage) = Report::read(line).map_err(|error| anyhow!("{} reports {error}", node.name))? {
                return Ok(usage);
            }
        }
        anyhow::ensure!(start.elapsed() < PATIENCE, "{} does not report what it uses", node.name);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
