//! States with an owner: what a request makes of a state, and what decisions that set one ask for.

use super::model::Reference;
use super::observation::Observation;
use super::rules::{self, Answer};
use super::value::{Known, Value};
use crate::roles;
use fleetwright_generator::model::{AtBoot, RoleKind, TopicId};
use fleetwright_generator::plan::{Location, RolePlan};
use std::time::Instant;

impl<'p> Reference<'p> {
    /// What owners have said after the start: what was observed, since some roles ask for something as soon as they start.
    pub(super) fn observe_states(&mut self, observation: &Observation) {
        for (node, role) in roles::all(self.plan) {
            let (RoleKind::SwitchOutput { owns: Some(state), .. } | RoleKind::DimmerOutput { owns: Some(state), .. }) =
                role.kind
            else {
                continue;
            };
            let payload = &self.plan.topics[state.0].payload;
            let said = match self.plan.topics[state.0].location {
                Location::Broker => observation.last_payload(&self.plan.topics[state.0].path),
                Location::Node(_) | Location::Unused => None,
            };
            let value =
                said.and_then(|text| Value::parse(payload, text)).or_else(|| self.by_pin(node, role, observation));
            self.topics[state.0] = value.map_or(Known::Unknown, |value| Known::Published(value, Instant::now()));
        }
    }

    /// The state that a pin shows: the only label with this level, or the brightness at boot of a dimmer that nobody sets by
    /// himself.
    fn by_pin(&self, node: usize, role: &RolePlan, observation: &Observation) -> Option<Value> {
        match &role.kind {
            RoleKind::SwitchOutput { active_high, on, .. } => {
                let high = *observation.levels.get(&(node, role.pin.as_ref()?.gpio))?;
                let mut labels = on.iter().enumerate().filter(|(_, on)| (**on == *active_high) == high);
                let (label, _) = labels.next()?;
                labels.next().is_none().then_some(Value::Label(label))
            }
            RoleKind::DimmerOutput { subscribe, at_boot, .. } => {
                let asks = |role: &RolePlan| role.kind.publications().contains(subscribe);
                let alone = !roles::all(self.plan).any(|(_, role)| asks(role));
                alone.then_some(Value::Figure(if *at_boot == AtBoot::On { 100 } else { 0 }))
            }
            _ => None,
        }
    }

    /// Decisions that set a state have asked by now: what they decide at this moment is what they asked for last.
    pub(super) fn observe_requests(&mut self) {
        let now = Instant::now();
        for (_, role) in roles::all(self.plan) {
            let RoleKind::Decision { publish, rules, .. } = &role.kind else { continue };
            if self.plan.topics[publish.0].state().is_some() {
                let answer = rules::answer(rules, *publish, &self.plan.topics, &self.topics, now);
                self.decisions.insert(&role.key, decided(answer, now));
            }
        }
    }

    /// Asks the rules of a decision that sets a state; the state, if it may be another now.
    pub(super) fn decide_request(&mut self, role: &'p RolePlan, state: TopicId, now: Instant) -> Option<TopicId> {
        let RoleKind::Decision { publish, rules, .. } = &role.kind else { return None };
        // What it asks for at the start is observed.
        let before = self.decisions.get(role.key.as_str())?.clone();
        let answer = rules::answer(rules, *publish, &self.plan.topics, &self.topics, now);
        let after = decided(answer, now);
        self.decisions.insert(&role.key, after.clone());
        match (before, after) {
            (_, Known::Nothing) => None,
            (_, Known::Unknown) => self.lose(*publish, state),
            (Known::Published(before, _), Known::Published(after, _)) if before == after => None,
            (Known::Unknown, Known::Published(after, _)) => {
                // It may have asked for that before, and asks for nothing now.
                let same = matches!(&self.topics[state.0], Known::Published(value, _) if *value == after);
                if same { None } else { self.lose(*publish, state) }
            }
            (_, Known::Published(after, _)) => {
                self.request(*publish, after, Some(role));
                Some(state)
            }
        }
    }

    fn lose(&mut self, requests: TopicId, state: TopicId) -> Option<TopicId> {
        (self.topics[requests.0], self.topics[state.0]) = (Known::Unknown, Known::Unknown);
        Some(state)
    }

    /// Somebody asks for a state, a role or a client, and its owner answers.
    pub(super) fn request(&mut self, requests: TopicId, value: Value, by: Option<&RolePlan>) {
        let now = Instant::now();
        let Some(state) = self.plan.topics[requests.0].state() else { return };
        self.topics[requests.0] = Known::Published(value.clone(), now);
        if by.is_none_or(|role| self.sends(role, requests)) {
            self.expected.push((requests, value.clone()));
        }
        if self.is_custom(state) {
            self.topics[state.0] = Known::Unknown;
        } else {
            self.topics[state.0] = Known::Published(value.clone(), now);
            self.expected.push((state, value));
        }
    }

    /// Whether what a role publishes on this topic leaves its node.
    fn sends(&self, role: &RolePlan, id: TopicId) -> bool {
        let node = self.plan.nodes.iter().find(|node| node.roles.iter().any(|other| other.key == role.key));
        node.is_some_and(|node| node.publishes(id))
    }
}

/// What a decision asks for.
fn decided(answer: Answer, now: Instant) -> Known {
    match answer {
        Answer::Keep => Known::Nothing,
        Answer::Unknown => Known::Unknown,
        Answer::Publish(value) => Known::Published(value, now),
    }
}
