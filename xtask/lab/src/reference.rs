//! What a layout should do, computed from its plan: a second opinion on the generated firmware, without any of its code.
//!
//! Only `verify` uses it. A topic whose word is not certain (a decision that kept what nobody saw) is unknown, and
//! nothing is demanded of what depends on it.

mod rules;

use crate::layout::spelled;
use broker::watch::Message;
use fleetwright_generator::fleet::{Payload, Pull, RoleKind, Sends, TopicId};
use fleetwright_generator::plan::{Place, Plan, RolePlan};
use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

/// A role that takes longer than this by itself, in milliseconds, is left alone.
pub const LONGEST: u32 = 10_000;
/// More steps than a fleet that settles needs.
const STEPS: usize = 200;

/// Something that the world can do to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Presses a button, or lets it go.
    Button(bool),
    /// Makes a contact active or inactive.
    Contact(bool),
    /// Makes A0 read this.
    Reading(i32),
}

/// What was seen, since something was done.
#[derive(Debug, Default)]
pub struct Seen {
    /// Messages on the broker.
    pub messages: Vec<Message>,
    /// The last line about each pin, by node and GPIO.
    pub pins: BTreeMap<(usize, u8), bool>,
    /// The last word about each pin that is dimmed, in thousandths, by node and GPIO.
    pub duties: BTreeMap<(usize, u8), u16>,
    /// What nodes printed.
    pub logs: Vec<(usize, String)>,
}

/// What a topic says.
#[derive(Clone, Debug, PartialEq)]
pub enum Word {
    /// The label with this index.
    Label(usize),
    /// A figure, in units of 10^-decimals.
    Figure(i32),
    /// Text.
    Text(String),
}

impl Word {
    /// As it stands on the wire.
    pub fn spell(&self, payload: &Payload) -> String {
        match self {
            Self::Label(index) => payload.labels().get(*index).cloned().unwrap_or_default(),
            Self::Figure(figure) => spelled(payload, *figure),
            Self::Text(text) => text.clone(),
        }
    }
}

/// What is known of a topic.
#[derive(Clone, Debug, PartialEq)]
enum Known {
    Unknown,
    Silent,
    Says(Word, Instant),
}

/// The world as it should be.
pub struct Reference<'p> {
    plan: &'p Plan,
    topics: Vec<Known>,
    /// Presses of each button, the figure that a sensor sent last, the state of a contact, what a decision said last.
    presses: BTreeMap<&'p str, usize>,
    sent: BTreeMap<&'p str, i32>,
    states: BTreeMap<&'p str, bool>,
    said: BTreeMap<&'p str, Known>,
    /// Messages that must have been seen, since [`Reference::expected`] was asked last.
    expected: Vec<(TopicId, Word)>,
    /// Nobody listens yet: at the start inputs speak in an order that nobody knows.
    starting: bool,
}

impl<'p> Reference<'p> {
    /// The world after the start, when all is quiet: inputs said what they found, decisions what was seen.
    pub fn new(plan: &'p Plan, seen: &Seen) -> Self {
        let mut reference = Self {
            plan,
            topics: vec![Known::Silent; plan.topics.len()],
            presses: BTreeMap::new(),
            sent: BTreeMap::new(),
            states: BTreeMap::new(),
            said: BTreeMap::new(),
            expected: Vec::new(),
            starting: true,
        };
        for role in roles(plan) {
            // Nobody knows what somebody's own Rust says, and when.
            for id in own(role) {
                reference.topics[id.0] = Known::Unknown;
            }
            if let RoleKind::Decision { publish, .. } = &role.kind {
                let known = reference.observed(*publish, seen);
                reference.said.insert(&role.key, known.clone());
                reference.topics[publish.0] = if reference.is_kept(*publish) { known } else { Known::Unknown };
            }
        }
        for role in roles(plan) {
            match &role.kind {
                RoleKind::PushButton { sends: Sends::Level { .. }, .. } => reference.act(role, Act::Button(false)),
                // Nothing drives the pin yet: a contact is what its pull makes of it, a sensor reads 0.
                RoleKind::DigitalInput { pull, active_high, .. } => {
                    let high = *pull == Pull::Up;
                    reference.act(role, Act::Contact(high == *active_high));
                }
                RoleKind::AnalogInput { .. } => reference.act(role, Act::Reading(0)),
                _ => {}
            }
        }
        reference.starting = false;
        let all = (0..plan.topics.len()).map(TopicId);
        reference.spread(all.collect(), Instant::now());
        reference
    }

    /// What a decision said before we knew all that it knew can only be seen, and inside of a node not even that.
    fn observed(&self, topic: TopicId, seen: &Seen) -> Known {
        let plan = &self.plan.topics[topic.0];
        if plan.place != Place::Broker {
            return Known::Unknown;
        }
        let last = seen.messages.iter().rev().find(|message| message.topic == plan.path);
        let Some(payload) = last.map(|message| message.payload.as_str()) else {
            return if self.is_kept(topic) { Known::Silent } else { Known::Unknown };
        };
        let label = plan.payload.labels().iter().position(|label| label == payload).map(Word::Label);
        let figure = || payload.replace('.', "").parse().ok().map(Word::Figure);
        let word = match plan.payload {
            Payload::Text { .. } => Some(Word::Text(payload.to_owned())),
            _ => label.or_else(figure),
        };
        word.map_or(Known::Unknown, |word| Known::Says(word, Instant::now()))
    }

    /// Whether what is said at the start is heard by all: others may come to the broker later, or we ourselves.
    fn is_kept(&self, topic: TopicId) -> bool {
        self.plan.topics[topic.0].place != Place::Broker || self.plan.topics[topic.0].retain
    }

    /// The world does something to a role.
    pub fn act(&mut self, role: &'p RolePlan, act: Act) {
        match (&role.kind, act) {
            (RoleKind::PushButton { publish, sends: Sends::Press, .. }, Act::Button(true)) => {
                let labels = self.plan.topics[publish.0].payload.labels();
                let presses = self.presses.entry(&role.key).or_default();
                // A bit that nobody set yet is taken for 0: the first press says 1.
                let first = usize::from(self.plan.topics[publish.0].payload == Payload::Bit);
                let label = (*presses + first) % labels.len().max(1);
                *presses += 1;
                self.say(*publish, Word::Label(label));
            }
            (RoleKind::PushButton { publish, sends: Sends::Level { labels }, .. }, Act::Button(on))
            | (RoleKind::DigitalInput { publish, labels, .. }, Act::Contact(on)) => {
                let before = self.states.insert(&role.key, on);
                if before != Some(on) {
                    self.say(*publish, Word::Label(usize::from(labels[usize::from(on)])));
                }
            }
            (RoleKind::AnalogInput { publish, change, map, .. }, Act::Reading(reading)) => {
                let figure = figure(map, reading);
                let before = self.sent.get(role.key.as_str());
                if before.is_none_or(|before| before.abs_diff(figure) >= change.unsigned_abs()) {
                    self.sent.insert(&role.key, figure);
                    self.say(*publish, Word::Figure(figure));
                }
            }
            _ => {}
        }
    }

    /// Somebody says something on a topic; what follows from it follows.
    pub fn say(&mut self, topic: TopicId, word: Word) {
        let now = Instant::now();
        if roles(self.plan).any(|role| own(role).contains(&topic)) || self.starting && !self.is_kept(topic) {
            self.topics[topic.0] = Known::Unknown;
            return;
        }
        self.topics[topic.0] = Known::Says(word.clone(), now);
        self.expected.push((topic, word));
        if !self.starting {
            self.spread(VecDeque::from([topic]), now);
        }
    }

    /// Lets decisions hear the news, and what they say about it, until there is none.
    fn spread(&mut self, mut news: VecDeque<TopicId>, now: Instant) {
        for _ in 0..STEPS {
            let Some(topic) = news.pop_front() else { return };
            for role in roles(self.plan).filter(|role| role.kind.hears().contains(&topic)) {
                news.extend(self.decide(role, now));
            }
        }
    }

    /// Asks the rules of a decision; the topic that it said something new on.
    fn decide(&mut self, role: &'p RolePlan, now: Instant) -> Option<TopicId> {
        let RoleKind::Decision { publish, rules, .. } = &role.kind else { return None };
        let answer = rules::answer(rules, *publish, &self.plan.topics, &self.topics, now);
        let before = self.said.get(role.key.as_str()).cloned().unwrap_or(Known::Silent);
        match answer {
            rules::Answer::Keep => return None,
            rules::Answer::Unknown => {
                self.said.insert(&role.key, Known::Unknown);
                self.topics[publish.0] = Known::Unknown;
            }
            rules::Answer::Say(word) => {
                match before {
                    Known::Says(before, _) if before == word => return None,
                    // It may have said that before: then it says nothing now.
                    Known::Unknown => {}
                    _ => self.expected.push((*publish, word.clone())),
                }
                self.said.insert(&role.key, Known::Says(word.clone(), now));
                self.topics[publish.0] = Known::Says(word, now);
            }
        }
        Some(*publish)
    }

    /// What must have been said since this was asked last.
    pub fn expected(&mut self) -> Vec<(TopicId, Word)> {
        std::mem::take(&mut self.expected)
    }

    /// What is not as it should be; `None`: all is well.
    pub fn complaint(&self, expected: &[(TopicId, Word)], seen: &Seen) -> Option<String> {
        for (topic, word) in expected {
            let topic = &self.plan.topics[topic.0];
            let payload = word.spell(&topic.payload);
            let is_it = |message: &Message| message.topic == topic.path && message.payload == payload;
            if topic.place == Place::Broker && !seen.messages.iter().any(is_it) {
                return Some(format!("`{} {payload}` on the broker", topic.path));
            }
        }
        for (topic, known) in self.plan.topics.iter().zip(&self.topics) {
            let last = seen.messages.iter().rev().find(|message| message.topic == topic.path);
            if let (Some(last), Known::Says(word, _)) = (last, known)
                && last.payload != word.spell(&topic.payload)
            {
                return Some(format!(
                    "`{} {}` on the broker, not `{}`",
                    topic.path,
                    word.spell(&topic.payload),
                    last.payload
                ));
            }
        }
        for (at, node) in self.plan.nodes.iter().enumerate() {
            for role in &node.roles {
                let missing = match &role.kind {
                    RoleKind::SwitchOutput { .. } => self.wrong_pin(role, at, seen),
                    RoleKind::DimmerOutput { .. } => self.wrong_duty(role, at, seen),
                    RoleKind::SerialLog { subscribe } => {
                        let printed = |line: &str| seen.logs.iter().any(|(node, said)| *node == at && said == line);
                        let heard = expected.iter().filter(|(topic, _)| subscribe.contains(topic));
                        heard.map(|(topic, word)| self.log_line(*topic, word)).find(|line| !printed(line))
                    }
                    _ => None,
                };
                if let Some(missing) = missing {
                    return Some(format!("{}: {missing}", node.name));
                }
            }
        }
        None
    }

    fn log_line(&self, topic: TopicId, word: &Word) -> String {
        let topic = &self.plan.topics[topic.0];
        let payload = word.spell(&topic.payload);
        format!("Received a message with topic '{}', length {} bytes: {payload}", topic.path, payload.len())
    }

    fn wrong_pin(&self, role: &RolePlan, node: usize, seen: &Seen) -> Option<String> {
        let RoleKind::SwitchOutput { subscribe, active_high, on_at_boot, on } = &role.kind else { return None };
        let on = match &self.topics[subscribe.0] {
            Known::Unknown => return None,
            Known::Silent => *on_at_boot,
            Known::Says(Word::Label(index), _) => *on.get(*index)?,
            Known::Says(..) => return None,
        };
        let pin = role.pin.as_ref()?;
        let wanted = on == *active_high;
        let level = if wanted { "high" } else { "low" };
        (seen.pins.get(&(node, pin.gpio)) != Some(&wanted)).then(|| format!("`{}` on {} {level}", role.key, pin.label))
    }

    fn wrong_duty(&self, role: &RolePlan, node: usize, seen: &Seen) -> Option<String> {
        let RoleKind::DimmerOutput { subscribe, active_high, fade_ms } = &role.kind else { return None };
        let bright = match &self.topics[subscribe.0] {
            Known::Says(Word::Figure(percent), _) if *fade_ms <= LONGEST => u16::try_from(*percent * 10).ok()?,
            Known::Silent => 0,
            _ => return None,
        };
        let pin = role.pin.as_ref()?;
        let wanted = if *active_high { bright } else { 1_000 - bright };
        let right = match seen.duties.get(&(node, pin.gpio)) {
            Some(duty) => *duty == wanted,
            // It was never dimmed.
            None => wanted % 1_000 == 0 && seen.pins.get(&(node, pin.gpio)) == Some(&(wanted > 0)),
        };
        (!right).then(|| format!("`{}` on {} high for {wanted} ‰", role.key, pin.label))
    }
}

/// The topics that a custom role says something on.
fn own(role: &RolePlan) -> &[TopicId] {
    if let RoleKind::Custom(custom) = &role.kind { &custom.publish } else { &[] }
}

fn roles(plan: &Plan) -> impl Iterator<Item = &RolePlan> {
    plan.nodes.iter().flat_map(|node| &node.roles)
}

/// The figure that a reading of A0 stands for: straight lines between the points, flat beyond, rounded to the nearest.
fn figure(map: &[(i32, i32)], reading: i32) -> i32 {
    let line = map.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&reading));
    match (line, map.first(), map.last()) {
        (Some(&[(x0, y0), (x1, y1)]), ..) => {
            let exact = f64::from(y0) + (f64::from(y1) - f64::from(y0)) * f64::from(reading - x0) / f64::from(x1 - x0);
            exact.round() as i32
        }
        (_, Some(first), _) if reading < first.0 => first.1,
        (_, _, Some(last)) => last.1,
        _ => reading,
    }
}

/// The values that a client of the fleet may publish for a try.
pub fn samples(payload: &Payload) -> Vec<Word> {
    match payload {
        Payload::Percent => vec![Word::Figure(0), Word::Figure(100)],
        Payload::Number { min, max, .. } => vec![Word::Figure(*min), Word::Figure(*max)],
        Payload::OneOf(_) | Payload::Bit => (0..payload.labels().len()).map(Word::Label).collect(),
        Payload::Text { max } => vec![Word::Text("test pub".chars().take(usize::from(*max)).collect())],
    }
}

#[cfg(test)]
mod tests;
