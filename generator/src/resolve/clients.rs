//! Clients: who gets a user on the broker without being a node.

use super::{context, names, states};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Client, Subscription, Topic, TopicId};
use crate::syntax::Spec;
use crate::text::Text;

/// A topic that a client may publish.
fn plain(spec: &Spec, topics: &[Topic], name: &Text, findings: &mut Findings) -> TopicId {
    let id = context::topic(spec, name, findings);
    if names::index_of(&spec.topics, &name.value).is_some() {
        let help = format!("write `set: [{}]` instead: it may ask the owner for another state", name.value);
        states::refuse_settable(spec, topics, name, id, &help, findings);
    }
    id
}

/// The requests for a state that a client may set.
fn requests(spec: &Spec, topics: &[Topic], name: &Text, findings: &mut Findings) -> TopicId {
    let id = context::topic(spec, name, findings);
    let requests = topics.get(id.0).and_then(Topic::requests);
    if requests.is_none()
        && let Some(plain) = names::index_of(&spec.topics, &name.value)
    {
        findings.push(
            Diagnostic::error(
                codes::SETTABLE,
                name.span,
                format!("`{}` is not settable, so no client may set it", name.value),
            )
            .related(spec.topics[plain].name.span, "a plain topic")
            .help(format!("add `settable: true` to the topic, or write `publish: [{}]`", name.value)),
        );
    }
    requests.unwrap_or(id)
}

pub(super) fn resolve(spec: &Spec, topics: &[Topic], findings: &mut Findings) -> Vec<Client> {
    let mut clients = Vec::new();
    for client in &spec.clients {
        names::check(&client.name, names::NODE, "a client", findings);
        for star in client.value.publish.iter().filter(|name| name.value == "*") {
            let message = "nobody may publish everything";
            let help = "name the topics that it may publish: `publish: [light]`";
            findings.push(Diagnostic::error(codes::BAD_VALUE, star.span, message).help(help));
        }
        let publish = client.value.publish.iter().filter(|name| name.value != "*");
        let mut publish: Vec<TopicId> = publish.map(|name| plain(spec, topics, name, findings)).collect();
        publish.extend(client.value.set.iter().map(|name| requests(spec, topics, name, findings)));
        let subscribe = if client.value.subscribe.iter().any(|name| name.value == "*") {
            Subscription::Everything
        } else {
            Subscription::Topics(
                client.value.subscribe.iter().map(|name| context::topic(spec, name, findings)).collect(),
            )
        };
        if !topics.is_empty() {
            clients.push(Client { name: client.name.value.clone(), publish, subscribe });
        }
    }
    clients
}
