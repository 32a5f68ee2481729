//! Who speaks and who hears: what can only be seen from the whole fleet.

use super::model::{Fleet, RoleKind, Subscription, TopicId};
use crate::diag::{Diagnostic, Findings, codes};
use crate::logic::{Condition, Number, Outcome, Time};
use crate::source::Span;
use crate::spec::{RoleKindSpec, Spec};
use std::collections::BTreeSet;

type Rule = fn(&Spec, &Fleet, &mut Findings);

/// Rules about the whole fleet.
pub(super) const RULES: &[Rule] = &[
    everything_flows,
    one_writer,
    super::decisions::rules_decide,
    super::decisions::no_flicker,
    super::loops::loops_settle,
    super::start::decisions_start,
    super::start::no_flash,
];

impl RoleKind {
    /// The topic that the role publishes.
    pub fn publishes(&self) -> Option<TopicId> {
        match self {
            Self::PushButton { publish, .. }
            | Self::DigitalInput { publish, .. }
            | Self::AnalogInput { publish, .. }
            | Self::Decision { publish, .. } => Some(*publish),
            Self::SwitchOutput { .. } | Self::DimmerOutput { .. } | Self::SerialLog { .. } | Self::Custom(_) => None,
        }
    }

    /// All topics that the role publishes, ordered: the one of [`RoleKind::publishes`], or those of a custom role.
    pub fn says(&self) -> BTreeSet<TopicId> {
        match self {
            Self::Custom(custom) => custom.publish.iter().copied().collect(),
            _ => self.publishes().into_iter().collect(),
        }
    }

    /// The topics that the role hears, ordered.
    pub fn hears(&self) -> BTreeSet<TopicId> {
        match self {
            Self::SwitchOutput { subscribe, .. } | Self::DimmerOutput { subscribe, .. } => [*subscribe].into(),
            Self::SerialLog { subscribe } => subscribe.iter().copied().collect(),
            Self::Custom(custom) => custom.subscribe.iter().copied().collect(),
            Self::Decision { rules, .. } => {
                let mut topics = BTreeSet::new();
                for rule in rules {
                    rule.when.topics(&mut topics);
                    rule.then.topics(&mut topics);
                }
                topics
            }
            _ => BTreeSet::new(),
        }
    }
}

impl RoleKind {
    /// Every place where it names a topic.
    pub(super) fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::PushButton { publish: topic, .. }
            | Self::DigitalInput { publish: topic, .. }
            | Self::AnalogInput { publish: topic, .. }
            | Self::DimmerOutput { subscribe: topic, .. }
            | Self::SwitchOutput { subscribe: topic, .. } => visit(topic),
            Self::Custom(custom) => custom.subscribe.iter_mut().chain(&mut custom.publish).for_each(visit),
            Self::SerialLog { subscribe } => subscribe.iter_mut().for_each(visit),
            Self::Decision { publish, rules, .. } => {
                visit(publish);
                for rule in rules {
                    rule.when.topics_mut(visit);
                    rule.then.topics_mut(visit);
                }
            }
        }
    }
}

impl Condition {
    /// Every place where it names a topic.
    fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter_mut().for_each(|part| part.topics_mut(visit)),
            Self::Label { topic, .. } | Self::Bit { topic, .. } | Self::Text { topic, .. } => visit(topic),
            Self::Number { left, right, .. } => [left, right].into_iter().for_each(|side| side.topics_mut(visit)),
            Self::Time { left, right, .. } => {
                for side in [left, right] {
                    if let Time::Age(topic) = side {
                        visit(topic);
                    }
                }
            }
        }
    }

    /// Adds the topics that it names.
    pub fn topics(&self, topics: &mut BTreeSet<TopicId>) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.topics(topics)),
            Self::Label { topic, .. } | Self::Bit { topic, .. } | Self::Text { topic, .. } => {
                topics.insert(*topic);
            }
            Self::Number { left, right, .. } => [left, right].iter().for_each(|side| side.topics(topics)),
            Self::Time { left, right, .. } => {
                topics.extend([left, right].iter().filter_map(|side| match side {
                    Time::Age(topic) => Some(*topic),
                    Time::Millis(_) => None,
                }));
            }
        }
    }
}

impl Number {
    /// Every place where it names a topic.
    fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::Topic(topic) => visit(topic),
            Self::Literal(_) => {}
            Self::Negative(number) => number.topics_mut(visit),
            Self::Sum(a, b) | Self::Difference(a, b) | Self::Product(a, b) | Self::Quotient(a, b) => {
                a.topics_mut(visit);
                b.topics_mut(visit);
            }
        }
    }

    /// Adds the topics that it names.
    pub fn topics(&self, topics: &mut BTreeSet<TopicId>) {
        match self {
            Self::Topic(topic) => {
                topics.insert(*topic);
            }
            Self::Literal(_) => {}
            Self::Negative(number) => number.topics(topics),
            Self::Sum(a, b) | Self::Difference(a, b) | Self::Product(a, b) | Self::Quotient(a, b) => {
                a.topics(topics);
                b.topics(topics);
            }
        }
    }
}

impl Outcome {
    /// Every place where it names a topic.
    fn topics_mut(&mut self, visit: &mut dyn FnMut(&mut TopicId)) {
        match self {
            Self::Number(number) => number.topics_mut(visit),
            Self::Copy(topic) => visit(topic),
            Self::Label(_) | Self::Figure(_) | Self::Text(_) => {}
        }
    }

    /// Adds the topics that it names.
    pub fn topics(&self, topics: &mut BTreeSet<TopicId>) {
        match self {
            Self::Number(number) => number.topics(topics),
            Self::Copy(topic) => {
                topics.insert(*topic);
            }
            Self::Label(_) | Self::Figure(_) | Self::Text(_) => {}
        }
    }
}

/// A topic with one end only does nothing.
fn everything_flows(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for (index, entry) in spec.topics.iter().enumerate() {
        let id = TopicId(index);
        let (key, span) = (&entry.name.value, entry.name.span);
        let speaks = fleet.roles.iter().any(|role| role.kind.says().contains(&id))
            || fleet.clients.iter().any(|client| client.publish.contains(&id));
        let hears = fleet.roles.iter().any(|role| role.kind.hears().contains(&id))
            || fleet.clients.iter().any(|client| match &client.subscribe {
                Subscription::Everything => true,
                Subscription::Topics(topics) => topics.contains(&id),
            });
        let named = fleet.roles.iter().any(|role| role.kind.hears().contains(&id))
            || fleet
                .clients
                .iter()
                .any(|client| matches!(&client.subscribe, Subscription::Topics(topics) if topics.contains(&id)));
        match (speaks, hears) {
            (false, _) if named => {
                let mut finding =
                    Diagnostic::warning(codes::NEVER_PUBLISHED, span, format!("nobody publishes `{key}`"))
                        .label("those who hear it wait for ever");
                for (role, written) in fleet.roles.iter().zip(&spec.roles) {
                    if role.kind.hears().contains(&id) {
                        finding = finding.related(written.name.span, format!("`{}` hears it", role.key));
                    }
                }
                findings.push(finding.help("give a role or a client the right to publish it"));
            }
            (false, _) => findings
                .push(Diagnostic::warning(codes::UNUSED_TOPIC, span, format!("nobody uses `{key}`")).help("delete it")),
            (true, false) => findings.push(
                Diagnostic::warning(codes::NEVER_HEARD, span, format!("nobody hears `{key}`"))
                    .help("name it in a role or a client that hears it, or delete it"),
            ),
            (true, true) => {}
        }
    }
}

/// Two roles that publish one topic overwrite each other.
fn one_writer(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    let mut first: Vec<Option<(Span, &str)>> = vec![None; fleet.topics.len()];
    for (role, entry) in fleet.roles.iter().zip(&spec.roles) {
        for id in role.kind.says() {
            let span = publish_span(&entry.value.kind, &fleet.topics[id.0].key).unwrap_or(entry.name.span);
            match first[id.0] {
                None => first[id.0] = Some((span, &role.key)),
                Some((before, other)) => {
                    let message = format!("`{other}` and `{}` both publish `{}`", role.key, fleet.topics[id.0].key);
                    findings.push(
                        Diagnostic::warning(codes::TWO_WRITERS, span, message)
                            .label("the last message wins")
                            .related(before, format!("`{other}` publishes it too"))
                            .help("give each a topic of its own, and let a `decision` choose"),
                    );
                }
            }
        }
    }
}

fn publish_span(kind: &RoleKindSpec, key: &str) -> Option<Span> {
    match kind {
        RoleKindSpec::PushButton { publish, .. }
        | RoleKindSpec::DigitalInput { publish, .. }
        | RoleKindSpec::AnalogInput { publish, .. }
        | RoleKindSpec::Decision { publish, .. } => Some(publish.span),
        RoleKindSpec::Custom(custom) => custom.publish.iter().find(|name| name.value == key).map(|name| name.span),
        RoleKindSpec::SwitchOutput { .. } | RoleKindSpec::DimmerOutput { .. } | RoleKindSpec::SerialLog { .. } => None,
    }
}
