//! Who publishes and who subscribes: what can only be seen from the whole fleet.

use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Fleet, Subscription, TopicId};
use crate::syntax::{RoleKindSpec, Spec};
use crate::text::Span;

/// A topic with one end only does nothing.
pub(super) fn everything_flows(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for (index, entry) in spec.topics.iter().enumerate() {
        let id = TopicId(index);
        let (key, span) = (&entry.name.value, entry.name.span);
        let published = fleet.roles.iter().any(|role| role.kind.publications().contains(&id))
            || fleet.clients.iter().any(|client| client.publish.contains(&id));
        let subscribed = fleet.roles.iter().any(|role| role.kind.subscriptions().contains(&id))
            || fleet.clients.iter().any(|client| match &client.subscribe {
                Subscription::Everything => true,
                Subscription::Topics(topics) => topics.contains(&id),
            });
        let named = fleet.roles.iter().any(|role| role.kind.subscriptions().contains(&id))
            || fleet
                .clients
                .iter()
                .any(|client| matches!(&client.subscribe, Subscription::Topics(topics) if topics.contains(&id)));
        match (published, subscribed) {
            (false, _) if named => {
                let mut finding =
                    Diagnostic::warning(codes::NEVER_PUBLISHED, span, format!("nothing publishes `{key}`"))
                        .label("its subscribers wait for ever");
                for (role, written) in fleet.roles.iter().zip(&spec.roles) {
                    if role.kind.subscriptions().contains(&id) {
                        finding = finding.related(written.name.span, format!("`{}` subscribes to it", role.key));
                    }
                }
                findings.push(finding.help("give a role or a client the right to publish it"));
            }
            (false, _) => findings
                .push(Diagnostic::warning(codes::UNUSED_TOPIC, span, format!("nobody uses `{key}`")).help("delete it")),
            (true, false) => findings.push(
                Diagnostic::warning(codes::NEVER_HEARD, span, format!("nothing subscribes to `{key}`"))
                    .help("let a role or a client subscribe to it, or delete it"),
            ),
            (true, true) => {}
        }
    }
}

/// Two roles that publish one topic overwrite each other.
pub(super) fn one_writer(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    let mut first: Vec<Option<(Span, &str)>> = vec![None; fleet.topics.len()];
    for (role, entry) in fleet.roles.iter().zip(&spec.roles) {
        for id in role.kind.publications() {
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
