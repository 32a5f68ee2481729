//! Everything that runs in a scenario: nodes, their ways to the broker, the broker and an observer, in one thread and
//! one order. Time passes only when nothing is left to do: see [`World::settle`].

mod faults;

use super::crew::Crew;
use super::link::{Change, Link, Weather};
use super::process::{Idle, Process};
use super::transcript::{Event, Transcript, What};
use super::upstream::{self, Upstream};
use anyhow::{Context, Result, bail};
use broker::tls::Door;
use broker::{Broker, OBSERVER};
use fleetwright_generator::fleet::TopicId;
use fleetwright_generator::plan::Plan;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The topic on which the observers of a cluster publish to each other.
const FENCE: &str = "fleetwright-fence";
/// More that happens at one moment than in any fleet that comes to rest.
const RESTLESS: usize = 5_000;

/// What a node finds when it starts.
pub(super) struct Surroundings<'s> {
    /// Decides its random numbers.
    pub(super) seed: u32,
    /// Where its brokers are; a node without network has none.
    pub(super) brokers: &'s [SocketAddr],
    /// What the world does to its pins, as lines.
    pub(super) inputs: &'s [String],
}

pub(super) struct World<'a> {
    pub(super) plan: &'a Plan,
    crew: &'a Crew,
    seed: u64,
    random: fastrand::Rng,
    actors: Vec<Actor>,
    broker: Option<&'a mut Broker>,
    /// One on each broker that runs; the first sees what happens.
    observers: Vec<Option<Upstream>>,
    /// How many fences there were.
    fences: u64,
    /// Virtual time in milliseconds.
    pub(super) now: u64,
    pub(super) weather: Weather,
    pub(super) transcript: Transcript,
    /// The last word of each topic.
    pub(super) says: Vec<Option<(String, u64)>>,
}

struct Actor {
    process: Process,
    link: Option<Link>,
    /// When it started, and how far its own clock is.
    started: u64,
    clock: u64,
    due: Option<u64>,
    /// What the world does to its pins, by pin, as lines for the node.
    inputs: BTreeMap<String, String>,
    pins: BTreeMap<u8, (bool, u64)>,
}

impl<'a> World<'a> {
    /// Starts everything; returns when all is quiet.
    pub(super) fn start(crew: &'a Crew, broker: Option<&'a mut Broker>, seed: u64) -> Result<Self> {
        let plan = &crew.plan;
        let mut world = Self {
            plan,
            crew,
            seed,
            random: fastrand::Rng::with_seed(seed),
            actors: Vec::new(),
            broker,
            observers: Vec::new(),
            fences: 0,
            now: 0,
            weather: Weather::default(),
            transcript: Transcript::default(),
            says: vec![None; plan.topics.len()],
        };
        world.observe()?;
        for place in 0..plan.nodes.len() {
            let link = if plan.nodes[place].status.is_some() {
                let proof = crew.proof(&plan.nodes[place].name);
                Some(Link::new(seed.wrapping_mul(1_000) + place as u64, proof, world.doors().len())?)
            } else {
                None
            };
            let inputs = BTreeMap::new();
            let process = world.process(place, link.as_ref(), &inputs)?;
            let pins = BTreeMap::new();
            world.actors.push(Actor { process, link, started: 0, clock: 0, due: None, inputs, pins });
            world.await_ready(place)?;
        }
        for place in 0..plan.nodes.len() {
            world.ask(place, "")?;
        }
        world.settle()?;
        Ok(world)
    }

    fn process(&self, place: usize, link: Option<&Link>, inputs: &BTreeMap<String, String>) -> Result<Process> {
        // A seed of its own for each node, or all would wait equally long.
        let seed = (self.seed as u32).wrapping_mul(31).wrapping_add(place as u32 + 1);
        let brokers = link.map(Link::addresses).transpose()?.unwrap_or_default();
        let inputs: Vec<String> = inputs.values().cloned().collect();
        self.crew.launch(&self.plan.nodes[place], &Surroundings { seed, brokers: &brokers, inputs: &inputs })
    }

    fn await_ready(&mut self, place: usize) -> Result<()> {
        loop {
            let line = self.actors[place].process.line()?;
            if line == "ready" {
                return Ok(());
            }
            self.note_line(place, &line)?;
        }
    }

    fn observe(&mut self) -> Result<()> {
        let doors = self.doors();
        self.observers.resize_with(doors.len(), || None);
        let account = self.crew.account(OBSERVER);
        for (place, (observer, door)) in self.observers.iter_mut().zip(doors).enumerate() {
            let Some(door) = door.filter(|_| observer.is_none()) else { continue };
            let mut new = Upstream::open(door, account)?.context("the broker does not let the observer in")?;
            new.observe(account, place)?;
            *observer = Some(new);
        }
        Ok(())
    }

    /// The brokers, in the order in which nodes know them; `None`: that one does not run.
    fn doors(&self) -> Vec<Option<Door>> {
        self.broker.as_deref().map_or(Vec::new(), Broker::doors)
    }

    pub(super) fn note(&mut self, who: &str, what: What) {
        self.transcript.events.push(Event { at: self.now, who: who.to_owned(), what });
    }

    fn note_of(&mut self, place: usize, what: What) {
        let plan = self.plan;
        self.note(&plan.nodes[place].name, what);
    }

    /// The place of a node.
    pub(super) fn node(&self, name: &str) -> Result<usize> {
        self.plan.nodes.iter().position(|node| node.name == name).with_context(|| format!("no node `{name}`"))
    }

    /// The level of a pin, and since when.
    pub(super) fn pin(&self, place: usize, gpio: u8) -> Option<(bool, u64)> {
        self.actors[place].pins.get(&gpio).copied()
    }

    /// The world does something to a pin: a line for the node.
    pub(super) fn input(&mut self, place: usize, line: &str) -> Result<()> {
        let key = line.rsplit_once(' ').map_or(line, |(key, _)| key);
        self.actors[place].inputs.insert(key.to_owned(), line.to_owned());
        self.ask(place, &format!("{line}\n"))?;
        self.settle()
    }

    /// Lets a node catch up with the present, tells it some lines, and hears what it does.
    fn ask(&mut self, place: usize, lines: &str) -> Result<()> {
        let now = self.now;
        let actor = &mut self.actors[place];
        let behind = now - actor.started - actor.clock;
        let arrived = actor.link.as_mut().map_or("0".to_owned(), Link::arrived);
        let advance = if behind > 0 { format!("advance {behind}\n") } else { String::new() };
        actor.clock += behind;
        actor.process.tell(&format!("{advance}{lines}sync {arrived}\n"))?;
        loop {
            let line = self.actors[place].process.line()?;
            if let Some(idle) = Idle::read(&line) {
                return self.follow(place, idle);
            }
            self.note_line(place, &line)?;
        }
    }

    fn note_line(&mut self, place: usize, line: &str) -> Result<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, rest.split_once(' ')) {
            ("time", _) => {}
            ("pin", Some((gpio, level))) => {
                let gpio = gpio.parse().with_context(|| format!("`{line}`"))?;
                let now = self.now;
                self.actors[place].pins.insert(gpio, (level == "high", now));
                self.note_of(place, What::Pin(gpio, level == "high"));
            }
            ("link", _) => self.note_of(place, What::Link(rest == "up")),
            ("duty", Some((gpio, permille))) => {
                let gpio = gpio.parse().with_context(|| format!("`{line}`"))?;
                let now = self.now;
                self.actors[place].pins.insert(gpio, (permille == "1000", now));
                self.note_of(place, What::Log(format!("GPIO{gpio} is high for {permille} of 1000")));
            }
            ("log", _) => self.note_of(place, What::Log(rest.to_owned())),
            ("topic", _) => {
                // Paths may have blanks: the topics of the plan say where the path ends.
                let plan = self.plan;
                let said = plan.topics.iter().filter_map(|topic| {
                    rest.strip_prefix(&topic.path)?.strip_prefix(' ').map(|payload| (&topic.path, payload))
                });
                let known = said.max_by_key(|(path, _)| path.len()).map(|(path, payload)| (path.as_str(), payload));
                // A name that no topic of the plan has is said all the same: it may be what is wrong.
                let (topic, payload) = known.or(rest.split_once(' ')).unwrap_or((rest, ""));
                let what =
                    What::Says { topic: topic.to_owned(), payload: payload.to_owned(), sent: false, passed: true };
                self.note_of(place, what);
                self.say(topic, payload);
            }
            _ => bail!("{} said `{line}`", self.plan.nodes[place].name),
        }
        Ok(())
    }

    fn say(&mut self, path: &str, payload: &str) {
        if let Some(place) = self.plan.topics.iter().position(|topic| topic.path == path) {
            self.says[place] = Some((payload.to_owned(), self.now));
        }
    }

    /// The last word of a topic, and since when it is the last.
    pub(super) fn topic(&self, id: TopicId) -> Option<&(String, u64)> {
        self.says[id.0].as_ref()
    }

    /// Takes note of what a node did to its connection, and puts on the way what it sent.
    fn follow(&mut self, place: usize, idle: Idle) -> Result<()> {
        let (now, weather) = (self.now, self.weather);
        let doors = self.doors();
        let account = self.crew.account(&self.plan.nodes[place].name);
        let actor = &mut self.actors[place];
        actor.due = idle.due.map(|due| due + actor.started);
        let Some(link) = &mut actor.link else { return Ok(()) };
        let change = link.follow(idle)?;
        if change == Change::New && idle.open {
            link.broker = match doors.get(link.at).copied().flatten() {
                Some(door) if link.wifi => Upstream::open(door, account)?,
                _ => None,
            };
            if link.broker.is_none() {
                link.cut();
            }
        }
        match link.packets() {
            Ok(packets) if link.broker.is_some() => {
                for packet in packets {
                    link.send_to_broker(packet, now, weather);
                }
            }
            Ok(_) => {}
            Err(error) => {
                link.cut();
                self.note_of(place, What::Note(format!("is cut off: {error:#}")));
            }
        }
        if change == Change::Closed {
            self.note_of(place, What::Note("closes its connection".into()));
            self.fence()?;
        }
        Ok(())
    }

    /// Asks the broker on every connection whether it is done, twice: after the first answers it has done everything
    /// that it was sent before, after the second everything that followed from it is here.
    ///
    /// Between brokers of a cluster messages take their own way, which keeps their order too: in between, an observer on
    /// each says a word that all others have to hear, and what was on the way before is there before it.
    fn fence(&mut self) -> Result<()> {
        self.ask_all();
        self.hear_all()?;
        if self.observers.iter().flatten().count() > 1 {
            self.fences += 1;
            let word = self.fences.to_string();
            for observer in self.observers.iter_mut().flatten() {
                observer.publish(FENCE, &word);
            }
            let words = self.observers.iter().flatten().count();
            for place in 0..self.observers.len() {
                let Some(observer) = &mut self.observers[place] else { continue };
                let packets = observer.hear_words(FENCE, &word, words)?;
                self.see_all(place, &packets);
            }
        }
        self.ask_all();
        self.hear_all()
    }

    fn ask_all(&mut self) {
        let links = self.actors.iter_mut().filter_map(|actor| actor.link.as_mut()?.broker.as_mut());
        links.chain(self.observers.iter_mut().flatten()).for_each(Upstream::ask);
    }

    fn hear_all(&mut self) -> Result<()> {
        for place in 0..self.actors.len() {
            let (now, weather) = (self.now, self.weather);
            let Some(link) = self.actors[place].link.as_mut() else { continue };
            let Some(broker) = link.broker.as_mut() else { continue };
            let (packets, alive) = broker.hear()?;
            for packet in packets {
                link.send_to_node(packet, now, weather);
            }
            if !alive {
                link.end();
            }
        }
        for place in 0..self.observers.len() {
            let Some(observer) = &mut self.observers[place] else { continue };
            let (packets, alive) = observer.hear()?;
            self.see_all(place, &packets);
            if !alive {
                bail!("the broker closed the observer's connection");
            }
        }
        Ok(())
    }

    /// What the first observer hears is what happens; the others hear the same.
    fn see_all(&mut self, place: usize, packets: &[Vec<u8>]) {
        if self.observers.iter().position(Option::is_some) == Some(place) {
            let messages = packets.iter().filter_map(|packet| upstream::message(packet));
            messages.filter(|(topic, ..)| topic != FENCE).for_each(|message| self.see(message));
        }
    }

    /// The observer got a message.
    fn see(&mut self, (topic, payload, retained): (String, String, bool)) {
        let waits = self.transcript.events.iter_mut().rev().find_map(|event| match &mut event.what {
            What::Says { topic: path, payload: said, passed, sent: true }
                if *path == topic && *said == payload && !*passed =>
            {
                Some(passed)
            }
            _ => None,
        });
        match waits {
            Some(passed) => *passed = true,
            None => {
                let what = What::Says { topic: topic.clone(), payload: payload.clone(), sent: true, passed: true };
                self.note(if retained { "broker (kept)" } else { "broker (will)" }, what);
            }
        }
        self.say(&topic, &payload);
    }

    /// Does everything that is due at this moment, one thing after the other and always in the same order, until the
    /// broker and all nodes have nothing more to do.
    pub(super) fn settle(&mut self) -> Result<()> {
        for _ in 0..RESTLESS {
            if !self.settle_one()? {
                return Ok(());
            }
        }
        bail!("at {} nothing comes to rest: the topics go round in a circle", super::transcript::clock(self.now))
    }

    fn settle_one(&mut self) -> Result<bool> {
        for place in 0..self.actors.len() {
            let now = self.now;
            let Some(link) = self.actors[place].link.as_mut() else { continue };
            let arrived = link.arrive_at_broker(now);
            if !arrived.is_empty() {
                for (topic, payload, _) in arrived.iter().filter_map(|packet| upstream::message(packet)) {
                    self.note_of(place, What::Says { topic, payload, sent: true, passed: false });
                }
                self.fence()?;
                return Ok(true);
            }
            if let Some(arrived) = link.arrive_at_node(now)? {
                for (topic, payload, _) in arrived.iter().filter_map(|packet| upstream::message(packet)) {
                    self.note_of(place, What::Hears { topic, payload });
                }
                self.ask(place, "")?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Lets time pass up to a moment, or until `enough` says so.
    pub(super) fn pass(&mut self, to: u64, enough: &mut dyn FnMut(&Self) -> bool) -> Result<()> {
        self.settle()?;
        while !enough(self) {
            let dues = self.actors.iter().flat_map(|actor| [actor.due, actor.link.as_ref().and_then(Link::due)]);
            let next = dues.flatten().min().map_or(to, |due| due.max(self.now)).min(to);
            let acts = self.actors.iter().any(|actor| actor.due.is_some_and(|due| due <= next));
            let arrives = self.actors.iter().filter_map(|actor| actor.link.as_ref()?.due()).any(|due| due <= next);
            self.now = next;
            for place in 0..self.actors.len() {
                if self.actors[place].due.is_some_and(|due| due <= next) {
                    self.ask(place, "")?;
                    self.settle()?;
                }
            }
            self.settle()?;
            if next == to && !acts && !arrives {
                return Ok(());
            }
        }
        Ok(())
    }
}
