//! Who writes a plain topic: several who overwrite each other, and commands that come back.

use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Condition, Fleet, Role, RoleKind, Sends, Time, TopicId, TopicKind};
use crate::syntax::{ClientSpec, Named, RoleKindSpec, RoleSpec, Spec};
use crate::text::Span;

/// A role that publishes a topic, and where it says so.
struct Writer<'a> {
    role: &'a Role,
    span: Span,
}

/// A plain topic, and who writes it.
struct Written<'a> {
    id: TopicId,
    key: &'a str,
    retain: bool,
    roles: Vec<Writer<'a>>,
    clients: Vec<(&'a Named<ClientSpec>, Span)>,
}

/// The plain topics of the file with their writers.
fn plain<'a>(spec: &'a Spec, fleet: &'a Fleet) -> impl Iterator<Item = Written<'a>> {
    let topics = fleet.topics.iter().zip(&spec.topics).enumerate();
    topics.filter(|(_, (topic, _))| topic.kind == TopicKind::Plain).map(move |(index, (topic, _))| {
        let id = TopicId(index);
        let roles = fleet.roles.iter().zip(&spec.roles).filter(|(role, _)| role.kind.publications().contains(&id));
        let span = |entry: &Named<RoleSpec>| publish_span(&entry.value.kind, &topic.key).unwrap_or(entry.name.span);
        let client = |client: &'a Named<ClientSpec>| {
            let name = client.value.publish.iter().find(|name| name.value == topic.key)?;
            Some((client, name.span))
        };
        Written {
            id,
            key: &topic.key,
            retain: topic.retain,
            roles: roles.map(|(role, entry)| Writer { role, span: span(entry) }).collect(),
            clients: spec.clients.iter().filter_map(client).collect(),
        }
    })
}

/// Whether a role switches or dims by a topic.
fn acted_on(fleet: &Fleet, id: TopicId) -> Option<&Role> {
    fleet.roles.iter().find(|role| {
        let output = matches!(role.kind, RoleKind::SwitchOutput { .. } | RoleKind::DimmerOutput { .. });
        output && role.kind.subscriptions().contains(&id)
    })
}

/// Two that publish one topic overwrite each other.
pub(super) fn one_writer(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for written in plain(spec, fleet) {
        let Written { id, key, .. } = written;
        let settle = match acted_on(fleet, id) {
            Some(actor) => format!(
                "let `{0}` own it: `settable: true` at the topic, `owns: {key}` at `{0}`, and `sets: {key}` (for a client \
                 `set: [{key}]`) at those who change it",
                actor.key
            ),
            None => "give each a topic of its own, and let a `decision` choose".to_owned(),
        };
        let Some((first, others)) = written.roles.split_first() else { continue };
        for other in others {
            let message = format!("`{}` and `{}` both publish `{key}`", first.role.key, other.role.key);
            findings.push(
                Diagnostic::warning(codes::TWO_WRITERS, other.span, message)
                    .label("the last message wins")
                    .related(first.span, format!("`{}` publishes it too", first.role.key))
                    .help(settle.as_str()),
            );
        }
        // A role that only tells what it sees is not disturbed by a client, and events have no state to disagree about.
        let keeps = |kind: &RoleKind| match kind {
            RoleKind::Decision { .. } => Some("it publishes only when its rules decide something else than before"),
            RoleKind::PushButton { sends: Sends::Press, .. } if written.retain => {
                Some("each press sends the label after its own last one, whatever the client said meanwhile")
            }
            _ => None,
        };
        let disturbed = written.roles.iter().find_map(|writer| Some((writer, keeps(&writer.role.kind)?)));
        if let (Some((writer, why)), Some((client, span))) = (disturbed, written.clients.first()) {
            let message = format!("`{}` and the client `{}` both publish `{key}`", writer.role.key, client.name.value);
            findings.push(
                Diagnostic::warning(codes::TWO_WRITERS, *span, message)
                    .label("the last message wins")
                    .related(writer.span, why)
                    .help(settle.as_str()),
            );
        }
    }
}

/// A command on a retained topic is given again whenever its node starts.
pub(super) fn no_repeated_commands(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for written in plain(spec, fleet).filter(|written| written.retain) {
        let Written { id, key, .. } = written;
        if let ([], [(client, span), ..], Some(actor)) =
            (written.roles.as_slice(), written.clients.as_slice(), acted_on(fleet, id))
        {
            let message =
                format!("`{}` gets the last command of `{}` again after every restart", actor.key, client.name.value);
            findings.push(
                Diagnostic::warning(codes::RETAINED_COMMAND, *span, message)
                    .label("a command")
                    .related(spec.topics[id.0].name.span, "retained: the broker repeats it to a node that starts")
                    .help(format!(
                        "make `{key}` `settable: true`: `{0}` owns it, `{1}` may `set` it, and `at_boot` says what it is after \
                         a restart",
                        actor.key, client.name.value
                    )),
            );
        }
        let heard = |role: &&Role| matches!(&role.kind, RoleKind::Decision { rules, .. } if rules.iter().any(|rule| asks_age(&rule.when, id)));
        let press = |writer: &&Writer<'_>| matches!(writer.role.kind, RoleKind::PushButton { sends: Sends::Press, .. });
        if let (Some(button), Some(decision)) = (written.roles.iter().find(press), fleet.roles.iter().find(heard)) {
            let message = format!(
                "`{}` takes the last press of `{}` for a new one after every restart",
                decision.key, button.role.key
            );
            findings.push(
                Diagnostic::warning(codes::RETAINED_COMMAND, button.span, message)
                    .label("a press is an event")
                    .related(spec.topics[id.0].name.span, "retained: the broker repeats it to a node that starts")
                    .help(format!("leave `retain: true` out of `{key}`")),
            );
        }
    }
}

/// Whether a condition asks how long ago the last message of a topic came.
fn asks_age(condition: &Condition, id: TopicId) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| asks_age(part, id)),
        Condition::Time { left, right, .. } => [left, right].contains(&&Time::Age(id)),
        _ => false,
    }
}

fn publish_span(kind: &RoleKindSpec, key: &str) -> Option<Span> {
    match kind {
        RoleKindSpec::PushButton { topic, .. }
        | RoleKindSpec::DigitalInput { topic, .. }
        | RoleKindSpec::Decision { topic, .. } => Some(topic.name().span),
        RoleKindSpec::AnalogInput { publish, .. } => Some(publish.span),
        RoleKindSpec::Custom(custom) => custom.publish.iter().find(|name| name.value == key).map(|name| name.span),
        RoleKindSpec::SwitchOutput { .. } | RoleKindSpec::DimmerOutput { .. } | RoleKindSpec::SerialLog { .. } => None,
    }
}
