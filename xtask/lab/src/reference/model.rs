//! The state that a layout should be in, step by step: what topics hold, and which messages must have come.

use super::observation::Observation;
use super::rules::{self, Answer};
use super::value::{Known, Value};
use crate::figures;
use crate::roles;
use crate::stimulus::Stimulus;
use fleetwright_generator::model::{Payload, Pull, RoleKind, Sends, TopicId};
use fleetwright_generator::plan::{Location, Plan, RolePlan};
use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

/// A role that waits longer than this by itself, in milliseconds, is not tried.
pub(crate) const LONGEST: u32 = 10_000;
/// More decisions in a row than a fleet that settles needs.
const MOST_DECISIONS: usize = 200;

/// A layout as it should be.
pub(crate) struct Reference<'p> {
    pub(super) plan: &'p Plan,
    /// What is known of each topic, by its index.
    pub(super) topics: Vec<Known>,
    /// How often each button was pressed, by role.
    presses: BTreeMap<&'p str, usize>,
    /// The figure that each sensor published last, by role.
    figures: BTreeMap<&'p str, i32>,
    /// Whether each contact or button is active, by role.
    states: BTreeMap<&'p str, bool>,
    /// What each decision published last, by role.
    pub(super) decisions: BTreeMap<&'p str, Known>,
    /// Messages that must have come since [`Reference::expected`] was asked last.
    pub(super) expected: Vec<(TopicId, Value)>,
    /// Inputs publish for the first time, in an order that nobody knows, and decisions may not be there yet.
    starting: bool,
}

impl<'p> Reference<'p> {
    /// The layout after its start, when all is quiet: inputs have published what they found, and decisions what was
    /// observed.
    pub(crate) fn new(plan: &'p Plan, observation: &Observation) -> Self {
        let mut reference = Self {
            plan,
            topics: vec![Known::Nothing; plan.topics.len()],
            presses: BTreeMap::new(),
            figures: BTreeMap::new(),
            states: BTreeMap::new(),
            decisions: BTreeMap::new(),
            expected: Vec::new(),
            starting: true,
        };
        for (_, role) in roles::all(plan) {
            // Nobody knows what a custom role publishes, and when.
            for id in own(role) {
                reference.topics[id.0] = Known::Unknown;
            }
            if let RoleKind::Decision { publish, .. } = &role.kind
                && plan.topics[publish.0].state().is_none()
            {
                let known = reference.observed(*publish, observation);
                reference.decisions.insert(&role.key, known.clone());
                reference.topics[publish.0] =
                    if reference.is_received_by_all(*publish) { known } else { Known::Unknown };
            }
        }
        for (_, role) in roles::all(plan) {
            match &role.kind {
                RoleKind::PushButton { sends: Sends::Level { .. }, .. } => {
                    reference.apply(role, Stimulus::Button(false))
                }
                // Nothing drives the pin yet: a contact is what its pull makes of it, a sensor reads 0.
                RoleKind::DigitalInput { pull, active_high, .. } => {
                    let high = *pull == Pull::Up;
                    reference.apply(role, Stimulus::Contact(high == *active_high));
                }
                RoleKind::AnalogInput { .. } => reference.apply(role, Stimulus::Reading(0)),
                _ => {}
            }
        }
        reference.starting = false;
        reference.observe_states(observation);
        let all = (0..plan.topics.len()).map(TopicId);
        reference.spread(all.collect(), Instant::now());
        reference.observe_requests();
        reference
    }

    /// What a decision published before we knew all that it knew can only be observed, and inside of a node not even that.
    fn observed(&self, topic: TopicId, observation: &Observation) -> Known {
        let plan = &self.plan.topics[topic.0];
        if plan.location != Location::Broker {
            return Known::Unknown;
        }
        match observation.last_payload(&plan.path) {
            None if self.is_received_by_all(topic) => Known::Nothing,
            None => Known::Unknown,
            Some(text) => match Value::parse(&plan.payload, text) {
                Some(value) => Known::Published(value, Instant::now()),
                None => Known::Unknown,
            },
        }
    }

    /// Whether all receive what is published at the start: without retention, whoever connects later does not.
    fn is_received_by_all(&self, topic: TopicId) -> bool {
        self.plan.topics[topic.0].location != Location::Broker || self.plan.topics[topic.0].retain
    }

    /// Something happens to the pin of a role.
    pub(crate) fn apply(&mut self, role: &'p RolePlan, stimulus: Stimulus) {
        match (&role.kind, stimulus) {
            (RoleKind::PushButton { publish, sends: Sends::Press, .. }, Stimulus::Button(true)) => {
                let labels = self.plan.topics[publish.0].payload.labels();
                let presses = self.presses.entry(&role.key).or_default();
                // A bit that nobody set yet is taken for 0: the first press publishes 1.
                let first = usize::from(self.plan.topics[publish.0].payload == Payload::Bit);
                let label = (*presses + first) % labels.len().max(1);
                *presses += 1;
                self.publish_by(Some(role), *publish, Value::Label(label));
            }
            (RoleKind::PushButton { publish, sends: Sends::After { state }, .. }, Stimulus::Button(true)) => {
                let count = self.plan.topics[state.0].payload.labels().len().max(1);
                let now = match &self.topics[state.0] {
                    Known::Published(Value::Label(label), _) => *label,
                    Known::Nothing => 0,
                    _ => {
                        self.topics[publish.0] = Known::Unknown;
                        return;
                    }
                };
                self.publish_by(Some(role), *publish, Value::Label((now + 1) % count));
            }
            (RoleKind::PushButton { publish, sends: Sends::Level { labels }, .. }, Stimulus::Button(on))
            | (RoleKind::DigitalInput { publish, labels, .. }, Stimulus::Contact(on)) => {
                let before = self.states.insert(&role.key, on);
                if before != Some(on) {
                    self.publish_by(Some(role), *publish, Value::Label(usize::from(labels[usize::from(on)])));
                }
            }
            (RoleKind::AnalogInput { publish, change, map, .. }, Stimulus::Reading(reading)) => {
                let figure = figures::of_reading(map, reading.into());
                let before = self.figures.get(role.key.as_str());
                if before.is_none_or(|before| before.abs_diff(figure) >= change.unsigned_abs()) {
                    self.figures.insert(&role.key, figure);
                    self.publish_by(Some(role), *publish, Value::Figure(figure));
                }
            }
            _ => {}
        }
    }

    /// A client publishes a value on a topic, and owners and decisions react.
    pub(crate) fn publish(&mut self, topic: TopicId, value: Value) {
        self.publish_by(None, topic, value);
    }

    /// A role, or a client, publishes a value.
    fn publish_by(&mut self, role: Option<&RolePlan>, topic: TopicId, value: Value) {
        let now = Instant::now();
        if let Some(state) = self.plan.topics[topic.0].state() {
            // What is asked for at the start is observed.
            if !self.starting {
                self.request(topic, value, role);
                self.spread(VecDeque::from([state]), now);
            }
            return;
        }
        if self.is_custom(topic) || self.starting && !self.is_received_by_all(topic) {
            self.topics[topic.0] = Known::Unknown;
            return;
        }
        self.topics[topic.0] = Known::Published(value.clone(), now);
        self.expected.push((topic, value));
        if !self.starting {
            self.spread(VecDeque::from([topic]), now);
        }
    }

    /// Asks all decisions that subscribe to one of these topics, and those that subscribe to what they publish, until
    /// nothing new is published.
    fn spread(&mut self, mut changed: VecDeque<TopicId>, now: Instant) {
        for _ in 0..MOST_DECISIONS {
            let Some(topic) = changed.pop_front() else { return };
            for (_, role) in roles::all(self.plan).filter(|(_, role)| role.kind.subscriptions().contains(&topic)) {
                changed.extend(self.decide(role, now));
            }
        }
    }

    /// Asks the rules of a decision; the topic on which it publishes something new.
    fn decide(&mut self, role: &'p RolePlan, now: Instant) -> Option<TopicId> {
        let RoleKind::Decision { publish, rules, .. } = &role.kind else { return None };
        if let Some(state) = self.plan.topics[publish.0].state() {
            return self.decide_request(role, state, now);
        }
        let answer = rules::answer(rules, *publish, &self.plan.topics, &self.topics, now);
        let known = match answer {
            Answer::Keep => return None,
            Answer::Unknown => Known::Unknown,
            Answer::Publish(value) => {
                match self.decisions.get(role.key.as_str()) {
                    Some(Known::Published(before, _)) if *before == value => return None,
                    // It may have published that before: then it publishes nothing now.
                    Some(Known::Unknown) => {}
                    _ => self.expected.push((*publish, value.clone())),
                }
                Known::Published(value, now)
            }
        };
        self.decisions.insert(&role.key, known.clone());
        self.topics[publish.0] = known;
        Some(*publish)
    }

    /// Whether a custom role publishes on a topic.
    pub(super) fn is_custom(&self, topic: TopicId) -> bool {
        roles::all(self.plan).any(|(_, role)| own(role).contains(&topic))
    }

    /// Messages that must have come since this was asked last, over the broker or inside of a node.
    pub(crate) fn expected(&mut self) -> Vec<(TopicId, Value)> {
        std::mem::take(&mut self.expected)
    }
}

/// The topics that a custom role publishes on.
fn own(role: &RolePlan) -> &[TopicId] {
    if let RoleKind::Custom(custom) = &role.kind { &custom.publish } else { &[] }
}
