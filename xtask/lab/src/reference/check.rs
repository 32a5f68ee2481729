//! Compares what a layout should do with what was observed.

use super::model::{LONGEST, Reference};
use super::observation::Observation;
use super::value::{Known, Value};
use fleetwright_generator::model::{AtBoot, RoleKind, TopicId};
use fleetwright_generator::plan::{Location, RolePlan};

impl Reference<'_> {
    /// The first thing that is not as it should be, in words; `None`: all is well. `expected` are the messages that must
    /// have been published.
    pub(crate) fn mismatch(&self, expected: &[(TopicId, Value)], observation: &Observation) -> Option<String> {
        self.missing_message(expected, observation)
            .or_else(|| self.wrong_message(observation))
            .or_else(|| self.wrong_role(expected, observation))
    }

    fn missing_message(&self, expected: &[(TopicId, Value)], observation: &Observation) -> Option<String> {
        expected.iter().find_map(|(topic, value)| {
            let topic = &self.plan.topics[topic.0];
            let payload = value.text(&topic.payload);
            let is_missing = topic.location == Location::Broker && !observation.has_message(&topic.path, &payload);
            is_missing.then(|| format!("`{} {payload}` on the broker", topic.path))
        })
    }

    fn wrong_message(&self, observation: &Observation) -> Option<String> {
        self.plan.topics.iter().zip(&self.topics).find_map(|(topic, known)| {
            let Known::Published(value, _) = known else { return None };
            let (last, wanted) = (observation.last_payload(&topic.path)?, value.text(&topic.payload));
            (last != wanted).then(|| format!("`{} {wanted}` on the broker, not `{last}`", topic.path))
        })
    }

    /// The first output that does not follow the topics, or log that lacks a line.
    fn wrong_role(&self, expected: &[(TopicId, Value)], observation: &Observation) -> Option<String> {
        self.plan.nodes.iter().enumerate().find_map(|(index, node)| {
            let wrong = node.roles.iter().find_map(|role| match &role.kind {
                RoleKind::SwitchOutput { .. } => self.wrong_level(role, index, observation),
                RoleKind::DimmerOutput { .. } => self.wrong_duty(role, index, observation),
                RoleKind::SerialLog { subscribe } => {
                    let is_printed = |line: &str| observation.logs.iter().any(|(at, log)| *at == index && log == line);
                    let received = expected.iter().filter(|(topic, _)| subscribe.contains(topic));
                    received.map(|(topic, value)| self.log_line(*topic, value)).find(|line| !is_printed(line))
                }
                RoleKind::PushButton { .. }
                | RoleKind::DigitalInput { .. }
                | RoleKind::AnalogInput { .. }
                | RoleKind::Decision { .. }
                | RoleKind::Custom(_) => None,
            });
            wrong.map(|wrong| format!("{}: {wrong}", node.name))
        })
    }

    /// What a serial log prints about a message.
    fn log_line(&self, topic: TopicId, value: &Value) -> String {
        let topic = &self.plan.topics[topic.0];
        let payload = value.text(&topic.payload);
        format!("Received a message with topic '{}', length {} bytes: {payload}", topic.path, payload.len())
    }

    fn wrong_level(&self, role: &RolePlan, node: usize, observation: &Observation) -> Option<String> {
        let RoleKind::SwitchOutput { subscribe, owns, active_high, at_boot, on } = &role.kind else { return None };
        // The pin of an owner is what its state says.
        let on = match &self.topics[owns.unwrap_or(*subscribe).0] {
            Known::Unknown => return None,
            Known::Nothing => *at_boot == AtBoot::On,
            Known::Published(Value::Label(index), _) => *on.get(*index)?,
            Known::Published(..) => return None,
        };
        let pin = role.pin.as_ref()?;
        let wanted = on == *active_high;
        let level = if wanted { "high" } else { "low" };
        let is_right = observation.levels.get(&(node, pin.gpio)) == Some(&wanted);
        (!is_right).then(|| format!("`{}` on {} {level}", role.key, pin.label))
    }

    fn wrong_duty(&self, role: &RolePlan, node: usize, observation: &Observation) -> Option<String> {
        let RoleKind::DimmerOutput { subscribe, owns, active_high, fade_ms, .. } = &role.kind else { return None };
        let bright = match &self.topics[owns.unwrap_or(*subscribe).0] {
            Known::Published(Value::Figure(percent), _) if *fade_ms <= LONGEST => u16::try_from(*percent * 10).ok()?,
            Known::Nothing => 0,
            _ => return None,
        };
        let pin = role.pin.as_ref()?;
        let wanted = if *active_high { bright } else { 1_000 - bright };
        let is_right = match observation.duties.get(&(node, pin.gpio)) {
            Some(duty) => *duty == wanted,
            // It was never dimmed.
            None => wanted % 1_000 == 0 && observation.levels.get(&(node, pin.gpio)) == Some(&(wanted > 0)),
        };
        (!is_right).then(|| format!("`{}` on {} high for {wanted} ‰", role.key, pin.label))
    }
}
