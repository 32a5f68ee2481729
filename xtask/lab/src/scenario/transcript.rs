//! What happened in a scenario, in order, and how a person reads it.

use fleetwright_generator::model::TopicId;
use fleetwright_generator::plan::{Location, Plan};
use fleetwright_generator::text::Position;

/// Everything that happened in a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// In the order in which they happened.
    pub events: Vec<Event>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Virtual time in milliseconds.
    pub at: u64,
    /// A node's name, `broker` and why it publishes, or nothing for the scenario itself.
    pub source: String,
    /// The kind of event and its details.
    pub kind: EventKind,
}

/// An event of a scenario's run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// A step begins: where it stands, and its text.
    Step(Position, String),
    /// A step is left out, because the layout lacks a node: where it stands, its text, the node.
    LeftOut(Position, String, String),
    /// A node publishes a message.
    Published {
        /// The topic's name on the wire.
        topic: String,
        /// The message as text.
        payload: String,
        /// Whether it goes over the broker; otherwise it stays inside of the node.
        over_broker: bool,
        /// Whether the broker passed it on, or it never had to.
        delivered: bool,
    },
    /// A node receives a message from the broker.
    Received {
        /// The topic's name on the wire.
        topic: String,
        /// The message as text.
        payload: String,
    },
    /// A node drives a pin: its GPIO number, and whether it is high.
    Pin(u8, bool),
    /// A node has a connection to the broker (`true`), or lost it.
    Link(bool),
    /// A node prints a line.
    Log(String),
    /// Anything else, as the end of a sentence that begins with the source.
    Note(String),
}

impl Transcript {
    /// The last `most` events as text, a line each, with a first line that counts those before.
    pub fn tail(&self, plan: &Plan, most: usize) -> String {
        let skipped = self.events.len().saturating_sub(most);
        let head = if skipped > 0 { format!("  ({skipped} events before)\n") } else { String::new() };
        head + &self.events[skipped..].iter().map(|event| line(event, plan)).collect::<String>()
    }

    /// All of it.
    pub fn text(&self, plan: &Plan) -> String {
        self.tail(plan, usize::MAX)
    }
}

fn line(event: &Event, plan: &Plan) -> String {
    let Event { at, source, kind } = event;
    let text = match kind {
        EventKind::Step(position, step) => return format!("{:>14}  {position}: {step}\n", clock(*at)),
        EventKind::LeftOut(position, step, node) => {
            return format!(
                "{:>14}  {position}: {step}  (left out: `{}` has no node `{node}`)\n",
                clock(*at),
                plan.layout
            );
        }
        EventKind::Published { topic, payload, delivered, .. } => {
            let why = if *delivered { String::new() } else { format!("  <- {}", undelivered(source, topic, plan)) };
            format!("publishes {topic} {payload}{why}")
        }
        EventKind::Received { topic, payload } => format!("receives  {topic} {payload}"),
        EventKind::Pin(gpio, high) => {
            format!("pin   {} {}", pin(source, *gpio, plan), if *high { "high" } else { "low" })
        }
        EventKind::Link(true) => "is connected".into(),
        EventKind::Link(false) => "lost its connection".into(),
        EventKind::Log(text) => format!("log   {text}"),
        EventKind::Note(text) => text.clone(),
    };
    format!("{:>14}    {source:<14} {text}\n", clock(*at))
}

/// Why nobody receives what a node published.
fn undelivered(node: &str, topic: &str, plan: &Plan) -> String {
    let may = plan.users.iter().any(|user| user.name == node && user.write.iter().any(|path| path == topic));
    if may {
        "it does not reach the broker".into()
    } else {
        format!("the broker drops it: {node} has no right to write {topic}")
    }
}

/// A pin of a node as `GPIO5 (D1, lamp)`: its board's label, and the role that has it.
fn pin(node: &str, gpio: u8, plan: &Plan) -> String {
    let node = plan.nodes.iter().find(|planned| planned.name == node);
    let role = node.and_then(|node| node.roles.iter().find(|role| role.pin.as_ref().is_some_and(|p| p.gpio == gpio)));
    match role.and_then(|role| Some((role, role.pin.as_ref()?))) {
        Some((role, pin)) => format!("GPIO{gpio} ({}, {})", pin.label, role.key),
        None => format!("GPIO{gpio}"),
    }
}

/// `12.500 s` up to a minute, `31 min 0.000 s` beyond.
pub fn clock(ms: u64) -> String {
    let seconds = format!("{}.{:03} s", ms / 1_000 % 60, ms % 1_000);
    if ms < 60_000 { seconds } else { format!("{} min {seconds:>8}", ms / 60_000) }
}

/// A span in few digits: `31 min`, `2.5 s`.
pub fn span(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{} s", ms as f64 / 1_000.0),
        _ if ms.is_multiple_of(60_000) => format!("{} min", ms / 60_000),
        _ => format!("{} min {} s", ms / 60_000, (ms % 60_000) / 1_000),
    }
}

/// Where messages of a topic go, in words.
pub(super) fn location(plan: &Plan, id: TopicId) -> String {
    match plan.topics[id.0].location {
        Location::Broker => "on the broker".into(),
        Location::Node(node) => format!("inside {}", plan.nodes[node].name),
        Location::Unused => "nowhere in this layout".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(clock(12_500), "12.500 s");
        assert_eq!(clock(1_862_007), "31 min  2.007 s");
        assert_eq!(span(500), "500 ms");
        assert_eq!(span(2_500), "2.5 s");
        assert_eq!(span(1_860_000), "31 min");
    }
}
