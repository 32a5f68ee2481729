//! What nodes take of the SDK's stack, measured on the emulator, which painted it before the node began.

use crate::handshake::usage;
use crate::identity::{self, BrokerAddresses};
use crate::layout::{PATIENCE, RunningLayout};
use crate::nodes::Node;
use crate::throwaway::ThrowawayBroker;
use anyhow::{Context, Result, bail};
use fleetwright_generator::plan::{NodePlan, Plan};
use fleetwright_protocol::Report;
use lx106::sizes::stack;
use std::path::Path;

/// Bytes that one node of a layout takes, from its start to its session; of a node without a broker, until it waits for
/// its inputs. The program has no identity. The stand-in's own frames are among them.
///
/// # Errors
///
/// The node does not start, or does not connect.
pub fn of_program(plan: &Plan, broker: Option<&ThrowawayBroker>, node: &NodePlan, elf: &Path) -> Result<u64> {
    const SEED: u32 = 1;
    let folder = tempfile::tempdir().context("making a folder")?;
    let image = folder.path().join(format!("{}.elf", node.name));
    let broker = broker.filter(|_| node.status.is_some());
    let mut running = match broker {
        None => Node::emulate(&node.name, elf, SEED, None)?,
        Some(ThrowawayBroker { broker, accounts }) => {
            identity::write_image(elf, plan, node, &BrokerAddresses::of(broker)?, accounts.get(&node.name), &image)?;
            Node::emulate(&node.name, &image, SEED, None)?
        }
    };
    running.expect(Report::Ready, 0, PATIENCE)?;
    if broker.is_some() {
        running.expect(Report::Link(true), 0, PATIENCE)?;
    }
    Ok(usage(&mut running)?.stack.into())
}

/// Proves that no emulated node of a running layout has taken so much that the SDK's own share would not fit, whatever
/// it did until now; in a sentence.
///
/// # Errors
///
/// A node took too much, or does not say.
pub fn prove(running: &mut RunningLayout) -> Result<String> {
    let mut most = 0;
    for node in &mut running.nodes {
        let in_use = stack::in_use(usage(node)?.stack.into());
        if !stack::is_enough(in_use) {
            bail!(
                "{} takes {in_use} bytes of the stack's {}, and {} have to be left",
                node.name,
                stack::ROOM,
                stack::SPARE
            );
        }
        most = most.max(in_use);
    }
    Ok(format!("no node takes more than {most} of the stack's {} bytes, with the SDK's {}", stack::ROOM, stack::SDK))
}
