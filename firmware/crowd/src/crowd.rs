//! The loop of all nodes: sockets, clocks and a world that moves pins and cuts links by chance.

use crate::arguments::Arguments;
use crate::copies::copy;
use crate::member::Member;
use crate::tally::Tally;
use fleetwright_node::{Instant, Program};
use mio::{Events, Poll, Token};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// How long everybody may take to be connected, and to come to rest in the end, in milliseconds.
const PATIENCE: u64 = 120_000;
/// When nothing is wrong for so long after the end, nothing will be, in milliseconds.
const REST: u64 = 2_000;
/// The world does something to a node once in a time between these, in milliseconds.
const POKE: std::ops::Range<u64> = 500..3_500;

struct Crowd {
    members: Vec<Member>,
    tally: Tally,
    poll: Poll,
    start: std::time::Instant,
    /// When to call whom.
    dues: BinaryHeap<Reverse<(u64, usize)>>,
    /// When the world does something to whom.
    pokes: BinaryHeap<Reverse<(u64, usize)>>,
    random: fastrand::Rng,
}

pub(crate) fn run(programs: &[&'static Program], arguments: &Arguments) -> Result<(), String> {
    let networked: Vec<&'static Program> =
        programs.iter().copied().filter(|program| program.network.is_some()).collect();
    if networked.is_empty() {
        return Err("no node of this layout speaks over the broker".into());
    }
    let before = resident()?;
    let copies = (0..arguments.nodes).map(|place| copy(networked[place % networked.len()], place / networked.len()));
    let copies: Vec<&'static Program> = copies.collect();
    let poll = Poll::new().map_err(|error| error.to_string())?;
    let mut crowd = Crowd {
        members: Vec::with_capacity(copies.len()),
        tally: Tally::new(copies.iter())?,
        poll,
        start: std::time::Instant::now(),
        dues: BinaryHeap::new(),
        pokes: BinaryHeap::new(),
        random: fastrand::Rng::with_seed(arguments.seed),
    };
    for (place, program) in copies.into_iter().enumerate() {
        let password = arguments.passwords.get(program.node).map(|password| &*password.clone().leak());
        let seed = crowd.random.u32(..);
        crowd.members.push(Member::new(program, password, Token(place), arguments.broker, seed));
    }
    for place in 0..crowd.members.len() {
        let now = crowd.now();
        crowd.members[place].start(now);
        crowd.act(place);
    }
    crowd.until(PATIENCE, |crowd| crowd.members.iter().all(Member::connected)).ok_or("not all get into the broker")?;
    // What they said before everybody was there has time to arrive.
    crowd.until(REST, |_| false);
    let after = resident()?;
    crowd.tally.begin();
    println!("ready");
    let cuts = crowd.live(arguments);
    println!("over");
    let end = crowd.now().as_millis() + PATIENCE;
    let mut right = None;
    crowd.until(PATIENCE, |crowd| {
        let now = crowd.now().as_millis();
        let well = crowd.members.iter().all(Member::connected) && crowd.tally.wrong().is_empty();
        right = if well { right.or(Some(now)) } else { None };
        right.is_some_and(|since| now - since >= REST)
    });
    let away = crowd.members.iter().filter(|member| !member.connected()).count();
    let rest = right.map_or(PATIENCE, |since| since + PATIENCE - end);
    crowd.report(cuts, away, rest, after.saturating_sub(before) / arguments.nodes.max(1) as u64);
    Ok(())
}

impl Crowd {
    fn now(&self) -> Instant {
        Instant::from_millis(self.start.elapsed().as_millis() as u64)
    }

    /// Lets one node act and takes note of what it said and heard.
    fn act(&mut self, place: usize) {
        let now = self.now();
        let member = &mut self.members[place];
        if let Some(due) = member.act(now, self.poll.registry()) {
            self.dues.push(Reverse((due.as_millis().max(now.as_millis() + 1), place)));
        }
        let micros = self.start.elapsed().as_micros() as u64;
        for news in member.body.news.drain(..) {
            self.tally.note(place, news, micros);
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
            let place = event.token().0;
            let now = self.now();
            if let Some(member) = self.members.get_mut(place) {
                member.ready(now);
                self.act(place);
            }
        }
        let now = self.now().as_millis();
        while let Some(Reverse((due, place))) = self.dues.peek().copied()
            && due <= now
        {
            self.dues.pop();
            self.act(place);
        }
        while let Some(Reverse((due, place))) = self.pokes.peek().copied()
            && due <= now
        {
            self.pokes.pop();
            self.members[place].body.poke(&mut self.random);
            self.act(place);
            self.pokes.push(Reverse((now + self.random.u64(POKE), place)));
        }
    }

    /// The world moves, and links are cut; how many were.
    fn live(&mut self, arguments: &Arguments) -> usize {
        let start = self.now().as_millis();
        let end = start + arguments.seconds * 1_000;
        for place in 0..self.members.len() {
            if self.members[place].body.feels() {
                self.pokes.push(Reverse((start + self.random.u64(POKE), place)));
            }
        }
        let mut cuts: Vec<u64> = (0..arguments.cuts).map(|_| self.random.u64(start..end)).collect();
        cuts.sort_unstable_by_key(|at| Reverse(*at));
        let mut cut = 0;
        while self.now().as_millis() < end {
            self.turn(20);
            // Who has no link can't lose it: then it is somebody's turn a little later.
            while cuts.last().is_some_and(|at| *at <= self.now().as_millis()) {
                let place = self.random.usize(..self.members.len());
                let now = self.now();
                if !(self.members[place].connected() && self.members[place].cut(now)) {
                    break;
                }
                self.act(place);
                cuts.pop();
                cut += 1;
            }
        }
        self.pokes.clear();
        cut
    }

    fn report(&self, cuts: usize, away: usize, rest: u64, memory: u64) {
        let dropped: u64 = self.members.iter().map(|member| member.body.dropped).sum();
        let latency = &self.tally.latency;
        let figures = [
            ("said", self.tally.said),
            ("heard", self.tally.heard),
            ("events", self.tally.events() as u64),
            ("states", self.tally.states() as u64),
            ("cuts", cuts as u64),
            ("away", away as u64),
            ("dropped", dropped),
            ("rest-ms", rest),
            ("memory-bytes", memory),
            ("timed", latency.len()),
            ("p50-us", latency.value_at_quantile(0.5)),
            ("p90-us", latency.value_at_quantile(0.9)),
            ("p99-us", latency.value_at_quantile(0.99)),
            ("p99.9-us", latency.value_at_quantile(0.999)),
            ("max-us", latency.max()),
        ];
        for (word, figure) in figures {
            println!("{word} {figure}");
        }
        for wrong in self.tally.wrong() {
            println!("wrong {wrong}");
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
