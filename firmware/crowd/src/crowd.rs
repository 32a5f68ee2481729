//! The loop of all nodes: sockets, clocks, inputs that change at random, and links that are cut.

use crate::arguments::Arguments;
use crate::deliveries::Deliveries;
use crate::node_copy::NodeCopy;
use crate::program_copies::copy;
use fleetwright_node::{Instant, Program};
use fleetwright_protocol::load::{Figure, LoadReport};
use mio::{Events, Poll, Token};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// How long everybody may take to be connected, and to come to rest in the end, in milliseconds.
const PATIENCE: u64 = 120_000;
/// When nothing is wrong for so long after the end, nothing will be, in milliseconds.
const REST: u64 = 2_000;
/// An input of each node changes once in a time between these, in milliseconds.
const CHANGE: std::ops::Range<u64> = 500..3_500;

struct Crowd {
    nodes: Vec<NodeCopy>,
    deliveries: Deliveries,
    poll: Poll,
    start: std::time::Instant,
    /// When each node has something to do, by its index.
    dues: BinaryHeap<Reverse<(u64, usize)>>,
    /// When an input of which node changes.
    changes: BinaryHeap<Reverse<(u64, usize)>>,
    random: fastrand::Rng,
}

pub(crate) fn run(programs: &[&'static Program], arguments: &Arguments) -> Result<(), String> {
    let networked: Vec<&'static Program> =
        programs.iter().copied().filter(|program| program.network.is_some()).collect();
    if networked.is_empty() {
        return Err("no node of this layout uses the broker".into());
    }
    let before = resident()?;
    let copies = (0..arguments.nodes).map(|index| copy(networked[index % networked.len()], index / networked.len()));
    let copies: Vec<&'static Program> = copies.collect();
    let poll = Poll::new().map_err(|error| error.to_string())?;
    let mut crowd = Crowd {
        nodes: Vec::with_capacity(copies.len()),
        deliveries: Deliveries::new(copies.iter())?,
        poll,
        start: std::time::Instant::now(),
        dues: BinaryHeap::new(),
        changes: BinaryHeap::new(),
        random: fastrand::Rng::with_seed(arguments.seed),
    };
    for (index, program) in copies.into_iter().enumerate() {
        let password = arguments.passwords.get(program.node).map(|password| &*password.clone().leak());
        let seed = crowd.random.u32(..);
        crowd.nodes.push(NodeCopy::new(program, password, Token(index), arguments.broker, seed));
    }
    for index in 0..crowd.nodes.len() {
        let now = crowd.now();
        crowd.nodes[index].start(now);
        crowd.act(index);
    }
    crowd.until(PATIENCE, |crowd| crowd.nodes.iter().all(NodeCopy::connected)).ok_or("not all get into the broker")?;
    // What was published before everybody was there has time to arrive.
    crowd.until(REST, |_| false);
    let after = resident()?;
    crowd.deliveries.begin();
    println!("{}", LoadReport::Ready);
    let cuts = crowd.live(arguments);
    println!("{}", LoadReport::Over);
    let end = crowd.now().as_millis() + PATIENCE;
    let mut right = None;
    crowd.until(PATIENCE, |crowd| {
        let now = crowd.now().as_millis();
        let well = crowd.nodes.iter().all(NodeCopy::connected) && crowd.deliveries.wrong().is_empty();
        right = if well { right.or(Some(now)) } else { None };
        right.is_some_and(|since| now - since >= REST)
    });
    let away = crowd.nodes.iter().filter(|node| !node.connected()).count();
    let rest = right.map_or(PATIENCE, |since| since + PATIENCE - end);
    crowd.report(cuts, away, rest, after.saturating_sub(before) / arguments.nodes.max(1) as u64);
    Ok(())
}

impl Crowd {
    fn now(&self) -> Instant {
        Instant::from_millis(self.start.elapsed().as_millis() as u64)
    }

    /// Lets one node act and takes note of what it published and received.
    fn act(&mut self, index: usize) {
        let now = self.now();
        let node = &mut self.nodes[index];
        if let Some(due) = node.act(now, self.poll.registry()) {
            self.dues.push(Reverse((due.as_millis().max(now.as_millis() + 1), index)));
        }
        let micros = self.start.elapsed().as_micros() as u64;
        for message in node.board.messages.drain(..) {
            self.deliveries.note(index, message, micros);
        }
    }

    /// Runs until something is so; `None`: it took longer than so many milliseconds.
    fn until(&mut self, patience: u64, mut enough: impl FnMut(&Self) -> bool) -> Option<()> {
        let end = self.now().as_millis() + patience;
        let mut look = 0;
        while self.now().as_millis() < end {
            self.turn(20);
            // Looking at everything takes longer than a turn.
            let now = self.now().as_millis();
            if now >= look {
                look = now + 50;
                if enough(self) {
                    return Some(());
                }
            }
        }
        None
    }

    /// One turn of the loop, of so many milliseconds at most.
    fn turn(&mut self, longest: u64) {
        let now = self.now().as_millis();
        let next = self.dues.peek().map_or(now + longest, |Reverse((due, _))| *due);
        let wait = next.saturating_sub(now).min(longest);
        let mut events = Events::with_capacity(256);
        // Interrupted by a signal, it has just waited a little shorter.
        let _ = self.poll.poll(&mut events, Some(Duration::from_millis(wait)));
        for event in &events {
            let index = event.token().0;
            let now = self.now();
            if let Some(node) = self.nodes.get_mut(index) {
                node.ready(now);
                self.act(index);
            }
        }
        let now = self.now().as_millis();
        while let Some(Reverse((due, index))) = self.dues.peek().copied()
            && due <= now
        {
            self.dues.pop();
            self.act(index);
        }
        while let Some(Reverse((due, index))) = self.changes.peek().copied()
            && due <= now
        {
            self.changes.pop();
            self.nodes[index].board.change_input(&mut self.random);
            self.act(index);
            self.changes.push(Reverse((now + self.random.u64(CHANGE), index)));
        }
    }

    /// Inputs change, and links are cut; how many were.
    fn live(&mut self, arguments: &Arguments) -> usize {
        let start = self.now().as_millis();
        let end = start + arguments.seconds * 1_000;
        for index in 0..self.nodes.len() {
            if self.nodes[index].board.has_inputs() {
                self.changes.push(Reverse((start + self.random.u64(CHANGE), index)));
            }
        }
        let mut cuts: Vec<u64> = (0..arguments.cuts).map(|_| self.random.u64(start..end)).collect();
        cuts.sort_unstable_by_key(|at| Reverse(*at));
        let mut cut = 0;
        while self.now().as_millis() < end {
            self.turn(20);
            // Who has no link can't lose it: then it is somebody's turn a little later.
            while cuts.last().is_some_and(|at| *at <= self.now().as_millis()) {
                let index = self.random.usize(..self.nodes.len());
                let now = self.now();
                if !(self.nodes[index].connected() && self.nodes[index].cut(now)) {
                    break;
                }
                self.act(index);
                cuts.pop();
                cut += 1;
            }
        }
        self.changes.clear();
        cut
    }

    fn report(&self, cuts: usize, away: usize, rest: u64, memory: u64) {
        let dropped: u64 = self.nodes.iter().map(|node| node.board.dropped).sum();
        let latency = &self.deliveries.latency;
        // A figure that nobody counts would not compile.
        let number = |figure| match figure {
            Figure::Published => self.deliveries.published,
            Figure::Received => self.deliveries.received,
            Figure::Events => self.deliveries.events() as u64,
            Figure::States => self.deliveries.states() as u64,
            Figure::Cuts => cuts as u64,
            Figure::Away => away as u64,
            Figure::Dropped => dropped,
            Figure::RestMilliseconds => rest,
            Figure::MemoryBytes => memory,
            Figure::Timed => latency.len(),
            Figure::P50Microseconds => latency.value_at_quantile(0.5),
            Figure::P90Microseconds => latency.value_at_quantile(0.9),
            Figure::P99Microseconds => latency.value_at_quantile(0.99),
            Figure::P999Microseconds => latency.value_at_quantile(0.999),
            Figure::MaxMicroseconds => latency.max(),
        };
        for figure in Figure::ALL {
            println!("{}", LoadReport::Figure(figure, number(figure)));
        }
        for wrong in self.deliveries.wrong() {
            println!("{}", LoadReport::Wrong(&wrong));
        }
    }
}

/// The memory of this process that is really there, in bytes.
fn resident() -> Result<u64, String> {
    let text = std::fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1_024).ok_or("the system does not tell the memory of a process".into())
}
