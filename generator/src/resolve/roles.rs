//! Roles: which topics they publish and subscribe to, and whether they can work with what those carry.

use super::context::Context;
use super::{custom, names};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Payload, Pull, Role, RoleKind, Sends, Topic};
use crate::syntax::{Named, PullSpec, RoleKindSpec, RoleSpec, Spec};
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
            RoleKindSpec::SwitchOutput { subscribe, active_high, on_at_boot, states } => {
                let id = self.labelled(subscribe, "switch_output");
                let on = self.states(id, subscribe, states.as_ref(), ["off", "on"]);
                RoleKind::SwitchOutput { subscribe: id, active_high: *active_high, on_at_boot: *on_at_boot, on }
            }
            RoleKindSpec::DimmerOutput { subscribe, active_high, fade } => self.dimmer(subscribe, *active_high, fade),
            RoleKindSpec::PushButton { publish, level, pull, debounce, states } => {
                let id = self.labelled(publish, "push_button");
                let sends = if *level {
                    Sends::Level { labels: self.pair(id, publish, states.as_ref(), ["released", "pressed"]) }
                } else {
                    self.press(states.as_ref())
                };
                RoleKind::PushButton { publish: id, sends, pull: resistor(pull), debounce_ms: *debounce }
            }
            RoleKindSpec::DigitalInput { publish, pull, active_high, hold, states } => {
                let id = self.labelled(publish, "digital_input");
                let labels = self.pair(id, publish, states.as_ref(), ["inactive", "active"]);
                let (pull, active_high, hold_ms) = (resistor(pull), *active_high, *hold);
                RoleKind::DigitalInput { publish: id, pull, active_high, hold_ms, labels }
            }
            RoleKindSpec::AnalogInput { publish, every, change, map } => {
                self.analog(publish, *every, change.as_ref(), map.as_ref())
            }
            RoleKindSpec::Decision { publish, rules, tick } => self.decision(publish, rules, *tick),
            RoleKindSpec::Custom(custom) => RoleKind::Custom(custom::resolve(name, custom, self.spec, self.findings)),
            RoleKindSpec::SerialLog { subscribe } => {
                RoleKind::SerialLog { subscribe: subscribe.iter().map(|name| self.topic(name)).collect() }
            }
        }
    }

    fn dimmer(&mut self, subscribe: &Text, active_high: bool, fade: &At<u32>) -> RoleKind {
        let id = self.topic(subscribe);
        if self.topics[id.0].payload != Payload::Percent && self.has_topic(subscribe) {
            self.mismatch(subscribe, id, "`dimmer_output` works with a percentage", "`percent`");
        }
        if fade.value > LONGEST_FADE {
            let message = "a `fade` takes at most 10 minutes";
            let finding = Diagnostic::error(codes::BAD_VALUE, fade.span, message);
            self.findings.push(finding.help("for a slower one let a `decision` take the steps"));
        }
        RoleKind::DimmerOutput { subscribe: id, active_high, fade_ms: fade.value }
    }

    /// A button that sends presses: what its labels mean is not asked.
    fn press(&mut self, states: Option<&At<Vec<Named<bool>>>>) -> Sends {
        if let Some(states) = states {
            let message = "`states` has no meaning here: each press sends the next label";
            let finding = Diagnostic::error(codes::LABELS_MISMATCH, states.span, message);
            self.findings.push(finding.help("add `sends: level`, or leave `states` out"));
        }
        Sends::Press
    }
}

fn resistor(pull: &At<PullSpec>) -> Pull {
    match pull.value {
        PullSpec::None => Pull::None,
        PullSpec::Up => Pull::Up,
        PullSpec::Down => Pull::Down,
    }
}
