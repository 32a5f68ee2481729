//! Clients: who gets a user on the broker without being a node.

use super::{context, names};
use crate::diag::{Diagnostic, Findings, codes};
use crate::model::{Client, Subscription, Topic};
use crate::syntax::Spec;

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
        let publish = publish.map(|name| context::topic(spec, name, findings)).collect();
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
