//! Who publishes and who subscribes: what can only be seen from the whole fleet.

use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Fleet, Subscription, TopicId, TopicKind};
use crate::syntax::Spec;

/// A topic with one end only does nothing.
pub(super) fn everything_flows(spec: &Spec, fleet: &Fleet, findings: &mut Findings) {
    for (index, entry) in spec.topics.iter().enumerate() {
        let id = TopicId(index);
        if fleet.topics[index].kind != TopicKind::Plain {
            // Its owner publishes it and hears the requests; `one_owner` looks whether there are any.
            continue;
        }
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
