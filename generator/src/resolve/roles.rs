//! Roles: which topics they publish and subscribe to, and whether they can work with what those carry.

use super::context::Context;
use super::{custom, names};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{AtBoot, Payload, Pull, Role, RoleKind, Sends, Topic};
use crate::syntax::{AtBootSpec, FollowsSpec, Named, PullSpec, RoleKindSpec, RoleSpec, Spec};
use crate::text::{At, Source, Text};

/// What a node can count in thousandths without overflow, in milliseconds.
const LONGEST_FADE: u32 = 600_000;

pub(super) fn resolve(source: &Source, spec: &Spec, topics: &[Topic], findings: &mut Findings) -> Vec<Role> {
    if topics.is_empty() {
        // Nothing could be looked up; the empty map is the finding.
        let message = "a fleet needs at least one topic";
        findings
            .push(Diagnostic::error(codes::MISSING_KEY, spec.fleet.span, message).help("describe it below `topics:`"));
        return Vec::new();
    }
    names::check_functions(&spec.roles.iter().map(|role| &role.name).collect::<Vec<_>>(), findings);
    let mut context = Context { source, spec, topics, findings };
    spec.roles.iter().map(|entry| context.role(&entry.name, &entry.value)).collect()
}

impl Context<'_> {
    fn role(&mut self, name: &Text, role: &RoleSpec) -> Role {
        names::check(name, names::ROLE, "a role", self.findings);
        names::check_reserved(name, "a role", self.findings);
        Role { key: name.value.clone(), name: name.value.clone(), kind: self.kind(name, &role.kind) }
    }

    fn kind(&mut self, name: &Text, kind: &RoleKindSpec) -> RoleKind {
        match kind {
            RoleKindSpec::SwitchOutput { topic, active_high, at_boot, states } => {
                let id = self.labelled(topic.name(), "switch_output");
                let on = self.states(id, topic.name(), states.as_ref(), ["off", "on"]);
                let at_boot = self.at_boot(at_boot.as_ref(), topic);
                let (subscribe, owns) = self.follows(topic, id);
                if owns.is_some() {
                    self.says_both(topic.name(), states.as_ref(), &on);
                }
                RoleKind::SwitchOutput { subscribe, owns, active_high: *active_high, at_boot, on }
            }
            RoleKindSpec::DimmerOutput { topic, active_high, at_boot, fade } => {
                self.dimmer(topic, *active_high, at_boot.as_ref(), fade)
            }
            RoleKindSpec::PushButton { topic, level, pull, debounce, states } => {
                let name = topic.name();
                let id = self.labelled(name, "push_button");
                let publish = self.says(topic, id);
                let sends = if *level {
                    Sends::Level { labels: self.pair(id, name, states.as_ref(), ["released", "pressed"]) }
                } else {
                    self.press(states.as_ref());
                    if publish == id { Sends::Press } else { Sends::After { state: id } }
                };
                RoleKind::PushButton { publish, sends, pull: resistor(pull), debounce_ms: *debounce }
            }
            RoleKindSpec::DigitalInput { topic, pull, active_high, hold, states } => {
                let id = self.labelled(topic.name(), "digital_input");
                let labels = self.pair(id, topic.name(), states.as_ref(), ["inactive", "active"]);
                let publish = self.says(topic, id);
                let (pull, active_high, hold_ms) = (resistor(pull), *active_high, *hold);
                RoleKind::DigitalInput { publish, pull, active_high, hold_ms, labels }
            }
            RoleKindSpec::AnalogInput { publish, every, change, map } => {
                self.analog(publish, *every, change.as_ref(), map.as_ref())
            }
            RoleKindSpec::Decision { topic, rules, tick } => self.decision(topic, rules, *tick),
            RoleKindSpec::Custom(written) => {
                let mut custom = custom::resolve(name, written, self.spec, self.findings);
                self.custom_states(written, &mut custom);
                RoleKind::Custom(custom)
            }
            RoleKindSpec::SerialLog { subscribe } => {
                RoleKind::SerialLog { subscribe: subscribe.iter().map(|name| self.topic(name)).collect() }
            }
        }
    }

    fn dimmer(
        &mut self,
        topic: &FollowsSpec,
        active_high: bool,
        at_boot: Option<&At<AtBootSpec>>,
        fade: &At<u32>,
    ) -> RoleKind {
        let name = topic.name();
        let id = self.topic(name);
        if self.topics[id.0].payload != Payload::Percent && self.has_topic(name) {
            self.mismatch(name, id, "`dimmer_output` works with a percentage", "`percent`");
        }
        if fade.value > LONGEST_FADE {
            let message = "a `fade` takes at most 10 minutes";
            let finding = Diagnostic::error(codes::BAD_VALUE, fade.span, message);
            self.findings.push(finding.help("for a slower one let a `decision` take the steps"));
        }
        let boot = self.at_boot(at_boot, topic);
        if let (AtBoot::On, Some(written), FollowsSpec::Subscribe(_)) = (boot, at_boot, topic) {
            let message = "`at_boot: on` belongs to a dimmer that owns its topic";
            let finding = Diagnostic::error(codes::SETTABLE, written.span, message);
            self.findings.push(finding.related(name.span, "it follows what others say").help("leave it out"));
        }
        let (subscribe, owns) = self.follows(topic, id);
        RoleKind::DimmerOutput { subscribe, owns, active_high, at_boot: boot, fade_ms: fade.value }
    }

    /// A button that sends presses: what its labels mean is not asked.
    fn press(&mut self, states: Option<&At<Vec<Named<bool>>>>) {
        if let Some(states) = states {
            let message = "`states` has no meaning here: each press sends the next label";
            let finding = Diagnostic::error(codes::LABELS_MISMATCH, states.span, message);
            self.findings.push(finding.help("add `sends: level`, or leave `states` out"));
        }
    }

    /// An owner says what its pin is, so both states need a label.
    fn says_both(&mut self, name: &Text, states: Option<&At<Vec<Named<bool>>>>, on: &[bool]) {
        if let (Some(states), false) = (states, on.contains(&true) && on.contains(&false)) {
            let message = format!("the owner of `{}` needs a label for `on` and one for `off`", name.value);
            self.findings.push(Diagnostic::error(codes::LABELS_MISMATCH, states.span, message));
        }
    }
}

fn resistor(pull: &At<PullSpec>) -> Pull {
    match pull.value {
        PullSpec::None => Pull::None,
        PullSpec::Up => Pull::Up,
        PullSpec::Down => Pull::Down,
    }
}
