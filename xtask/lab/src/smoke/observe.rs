//! Observing a running layout, until it is as it should be.

use crate::layout::{PATIENCE, RunningLayout};
use crate::nodes::Node;
use crate::reference::{Observation, Reference, Value};
use anyhow::{Result, anyhow, bail};
use broker::watch::Watcher;
use fleetwright_generator::model::TopicId;
use fleetwright_protocol::Report;
use std::time::{Duration, Instant};

/// When nothing happened for so long after the start, all nodes have published what they found.
const QUIET: Duration = Duration::from_millis(400);
/// How often to look.
const INTERVAL: Duration = Duration::from_millis(5);
/// How long a change of a pin takes to reach its node, on a busy machine.
pub(super) const MARGIN: Duration = Duration::from_millis(50);

/// How many messages, and how many lines of each node, there were at one moment.
#[derive(Default, PartialEq)]
pub(super) struct Counts {
    messages: usize,
    lines: Vec<usize>,
}

impl Counts {
    /// Counts what there is now.
    pub(super) fn now(layout: &RunningLayout) -> Self {
        let messages = layout.observer.as_ref().map_or(0, Watcher::mark);
        Self { messages, lines: layout.nodes.iter().map(Node::mark).collect() }
    }
}

/// What was observed since a mark.
///
/// # Errors
///
/// A node reported what is no report.
pub(super) fn observe(layout: &RunningLayout, mark: &Counts) -> Result<Observation> {
    let mut seen = Observation {
        messages: layout.observer.as_ref().map_or(Vec::new(), |observer| observer.messages(mark.messages)),
        ..Observation::default()
    };
    for (at, node) in layout.nodes.iter().enumerate() {
        let before = mark.lines.get(at).copied().unwrap_or(0);
        for (number, line) in node.lines().iter().enumerate() {
            match Report::read(line).map_err(|error| anyhow!("{} reports {error}", node.name))? {
                Report::Pin { gpio, high } => drop(seen.levels.insert((at, gpio), high)),
                Report::Duty { gpio, permille } => drop(seen.duties.insert((at, gpio), permille)),
                Report::Log(text) if number >= before => seen.logs.push((at, text.to_owned())),
                _ => {}
            }
        }
    }
    Ok(seen)
}

/// Waits until nothing happened for a while.
pub(super) fn settle(layout: &RunningLayout) {
    let (mut last, mut since) = (Counts::now(layout), Instant::now());
    let start = Instant::now();
    // A custom role may publish all the time.
    while since.elapsed() < QUIET && start.elapsed() < PATIENCE {
        std::thread::sleep(INTERVAL);
        let now = Counts::now(layout);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

/// Waits until broker, logs and pins are as they should be.
///
/// # Errors
///
/// They are not within `patience`; the error names what is missing, and what was received since the mark.
pub(super) fn check(
    reference: &Reference<'_>,
    expected: &[(TopicId, Value)],
    layout: &RunningLayout,
    mark: &Counts,
    patience: Duration,
) -> Result<()> {
    let end = Instant::now() + patience;
    let mut right: Option<Instant> = None;
    // What is right must stay so for a moment: the wrong answer may be on its way.
    while right.is_none_or(|since| since.elapsed() < MARGIN) {
        let observation = observe(layout, mark)?;
        match reference.mismatch(expected, &observation) {
            None => drop(right.get_or_insert_with(Instant::now)),
            Some(_) if Instant::now() < end => right = None,
            Some(mismatch) => {
                let messages = observation.messages.iter();
                let messages: String =
                    messages.map(|message| format!("\n  {} {}", message.topic, message.payload)).collect();
                bail!("expected {mismatch}; received since:{messages}");
            }
        }
        std::thread::sleep(INTERVAL);
    }
    Ok(())
}
