//! Who stands in the picture, and the labels of each.

use crate::model::{Payload, TopicId};
use crate::plan::{Location, NodePlan, Plan, RolePlan, Route, TopicPlan, UserPlan};

/// A node or client, as the picture shows it.
pub(super) struct Party {
    pub(super) name: String,
    pub(super) subtitle: String,
    /// `lamp · D1 (GPIO5)`
    pub(super) roles: Vec<String>,
    /// `sensor → room/brightness (0 to 100 %) → choice`
    pub(super) inside: Vec<String>,
    pub(super) publishes: Vec<TopicId>,
    pub(super) subscribes: Vec<TopicId>,
    pub(super) client: bool,
}

/// Nodes and clients, in the order of the file.
pub(super) fn parties(plan: &Plan) -> Vec<Party> {
    let nodes = plan.nodes.iter().enumerate().map(|(index, node)| node_party(plan, index, node));
    let clients = plan.clients.iter().filter_map(|name| plan.users.iter().find(|user| user.name == *name));
    nodes.chain(clients.map(|user| client_party(plan, user))).collect()
}

fn node_party(plan: &Plan, index: usize, node: &NodePlan) -> Party {
    let on = |wanted: fn(Route) -> bool| {
        node.topics.iter().filter(|topic| wanted(topic.route)).map(|topic| topic.topic).collect()
    };
    let roles = node.roles.iter().map(|role| match pin_names(role) {
        pins if pins.is_empty() => role.key.clone(),
        pins => format!("{} · {pins}", role.key),
    });
    let inside = plan.topics.iter().enumerate().filter(|(_, topic)| topic.location == Location::Node(index));
    Party {
        name: node.name.clone(),
        subtitle: node.board.clone(),
        roles: roles.collect(),
        inside: inside.map(|(id, topic)| handed_over(node, TopicId(id), topic)).collect(),
        publishes: on(Route::publishes),
        subscribes: on(|route| route.subscribes() || route == Route::PublishAndHandOver),
        client: false,
    }
}

fn client_party(plan: &Plan, user: &UserPlan) -> Party {
    let ids = |paths: &[String]| {
        let topics = plan.topics.iter().enumerate();
        topics.filter(|(_, topic)| paths.contains(&topic.path)).map(|(id, _)| TopicId(id)).collect()
    };
    Party {
        name: user.name.clone(),
        subtitle: "client".into(),
        roles: Vec::new(),
        inside: Vec::new(),
        publishes: ids(&user.write),
        subscribes: ids(&user.read),
        client: true,
    }
}

fn handed_over(node: &NodePlan, id: TopicId, topic: &TopicPlan) -> String {
    let keys = |wanted: &dyn Fn(&RolePlan) -> bool| {
        node.roles.iter().filter(|role| wanted(role)).map(|role| role.key.as_str()).collect::<Vec<_>>().join(", ")
    };
    let from = keys(&|role| role.kind.publications().contains(&id));
    let to = keys(&|role| role.kind.subscriptions().contains(&id));
    format!("{from} → {} ({}) → {to}", topic.path, payload(&topic.payload))
}

/// `D1 (GPIO5)`, or `sda D2 (GPIO4), scl D1 (GPIO5)`; empty for a role without pins.
pub(in crate::emit) fn pin_names(role: &RolePlan) -> String {
    let one = role.pin.iter().map(|pin| pin_name(pin.gpio, &pin.label));
    let several = role.pins.iter().map(|(name, pin)| format!("{name} {}", pin_name(pin.gpio, &pin.label)));
    one.chain(several).collect::<Vec<_>>().join(", ")
}

/// `D1 (GPIO5)`; the analog input has no GPIO.
fn pin_name(gpio: u8, label: &str) -> String {
    let own = format!("GPIO{gpio}");
    if gpio > 16 || label == own { label.to_owned() } else { format!("{label} ({own})") }
}

/// What messages look like, in a few words.
pub(in crate::emit) fn payload(payload: &Payload) -> String {
    match payload {
        Payload::Percent => "0 to 100 %".into(),
        Payload::Bit => "0 or 1".into(),
        Payload::OneOf(labels) => labels.join(" | "),
        Payload::Text { max } => format!("text, {max} bytes"),
        Payload::Number { min, max, unit, .. } => {
            let unit = unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
            format!("{} to {}{unit}", payload.figure_text(*min), payload.figure_text(*max))
        }
    }
}

/// The topics on the broker, with their ids.
pub(super) fn on_broker(plan: &Plan) -> impl Iterator<Item = (TopicId, &TopicPlan)> {
    let topics = plan.topics.iter().enumerate().map(|(id, topic)| (TopicId(id), topic));
    topics.filter(|(_, topic)| topic.location == Location::Broker)
}

/// `room/light · Off | On · retained`; `set plug/relay · OFF | ON` for requests.
pub(super) fn label(topic: &TopicPlan, plan: &Plan) -> String {
    if let Some(state) = topic.state() {
        return format!("set {} · {}", plan.topics[state.0].path, payload(&topic.payload));
    }
    let retained = if topic.retain { " · retained" } else { "" };
    format!("{} · {}{retained}", topic.path, payload(&topic.payload))
}
