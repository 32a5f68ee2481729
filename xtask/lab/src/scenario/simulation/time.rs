//! Virtual time: doing what is due, and letting time pass when there is nothing.

use super::state::Simulation;
use crate::scenario::network::message;
use crate::scenario::transcript::{EventKind, clock};
use anyhow::{Result, bail};

/// More that happens at one moment than in any fleet that comes to rest.
const MOST_AT_ONCE: usize = 5_000;

impl Simulation<'_> {
    /// Does everything that is due at this moment, one thing after the other and always in the same order, until the
    /// broker and all nodes have nothing more to do.
    pub(super) fn settle(&mut self) -> Result<()> {
        for _ in 0..MOST_AT_ONCE {
            if !self.settle_one()? {
                return Ok(());
            }
        }
        bail!("at {} nothing comes to rest: the topics go round in a circle", clock(self.now()))
    }

    /// Does the first thing that is due; `false`: there is none.
    fn settle_one(&mut self) -> Result<bool> {
        let now = self.now();
        for index in 0..self.nodes.len() {
            let Some(link) = self.nodes[index].link.as_mut() else { continue };
            let arrived = link.arrive_at_broker(now);
            if !arrived.is_empty() {
                for (topic, payload, _) in arrived.iter().filter_map(|packet| message(packet)) {
                    let kind = EventKind::Published { topic, payload, over_broker: true, delivered: false };
                    self.recorder.note_node(index, kind);
                }
                self.fence()?;
                return Ok(true);
            }
            if let Some(arrived) = link.arrive_at_node(now)? {
                for (topic, payload, _) in arrived.iter().filter_map(|packet| message(packet)) {
                    self.recorder.note_node(index, EventKind::Received { topic, payload });
                }
                self.ask(index, None)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets time pass up to a moment, in virtual milliseconds, or until `enough` is true.
    pub(in crate::scenario) fn pass(&mut self, to: u64, enough: &mut dyn FnMut(&Self) -> bool) -> Result<()> {
        self.settle()?;
        while !enough(self) {
            let due = self.nodes.iter().flat_map(|node| node.dues()).min();
            let next = due.map_or(to, |due| due.max(self.now())).min(to);
            let is_due = due.is_some_and(|due| due <= next);
            self.recorder.now = next;
            for index in 0..self.nodes.len() {
                if self.nodes[index].due.is_some_and(|due| due <= next) {
                    self.ask(index, None)?;
                    self.settle()?;
                }
            }
            self.settle()?;
            if next == to && !is_due {
                return Ok(());
            }
        }
        Ok(())
    }
}
