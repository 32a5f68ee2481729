//! What happened in a scenario, in order, and how a person reads it.

use fleetwright_generator::plan::{Place, Plan};
use fleetwright_generator::source::Position;

/// Everything that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// In order.
    pub events: Vec<Event>,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Virtual time in milliseconds.
    pub at: u64,
    /// A node's name, `broker`, or the fleet file.
    pub who: String,
    /// What.
    pub what: What,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A step begins.
    Step(Position, String),
    /// A step is left out here, because the layout lacks a node.
    LeftOut(Position, String, String),
    /// A node sends a message.
    Says {
        /// The topic's name on the wire.
        topic: String,
        /// What it says.
        payload: String,
        /// Whether it goes over the broker.
        sent: bool,
        /// Whether the broker passed it on, or it never had to.
        passed: bool,
    },
    /// The broker delivers a message to a node.
    Hears {
        /// The topic's name on the wire.
        topic: String,
        /// What it says.
        payload: String,
    },
    /// A node drives a pin.
    Pin(u8, bool),
    /// A node has a connection to the broker, or lost it.
    Link(bool),
    /// A node prints a line.
    Log(String),
    /// Anything else, in words.
    Note(String),
}

impl Transcript {
    /// The last so many events as text, a line each; what was left out is said.
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
    let Event { at, who, what } = event;
    let what = match what {
        What::Step(place, step) => return format!("{:>14}  {place}: {step}\n", clock(*at)),
        What::LeftOut(place, step, node) => {
            return format!(
                "{:>14}  {place}: {step}  (left out: `{}` has no node `{node}`)\n",
                clock(*at),
                plan.layout
            );
        }
        What::Says { topic, payload, passed, .. } => {
            let dead = if *passed { String::new() } else { format!("  <- {}", dead(who, topic, plan)) };
            format!("says  {topic} {payload}{dead}")
        }
        What::Hears { topic, payload } => format!("hears {topic} {payload}"),
        What::Pin(gpio, high) => {
            format!("pin   {} {}", pin(who, *gpio, plan), if *high { "high" } else { "low" })
        }
        What::Link(true) => "is connected".into(),
        What::Link(false) => "lost its connection".into(),
        What::Log(text) => format!("log   {text}"),
        What::Note(text) => text.clone(),
    };
    format!("{:>14}    {who:<14} {what}\n", clock(*at))
}

/// Why nobody hears what a node said.
fn dead(who: &str, topic: &str, plan: &Plan) -> String {
    let may = plan.users.iter().any(|user| user.name == who && user.write.iter().any(|path| path == topic));
    if may {
        "it does not reach the broker".into()
    } else {
        format!("the broker drops it: {who} has no right to write {topic}")
    }
}

/// `GPIO5 (D1, lamp)`
fn pin(who: &str, gpio: u8, plan: &Plan) -> String {
    let node = plan.nodes.iter().find(|node| node.name == who);
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

/// Where a topic lives, in words.
pub fn place(plan: &Plan, topic: usize) -> String {
    match plan.topics[topic].place {
        Place::Broker => "on the broker".into(),
        Place::Node(node) => format!("inside {}", plan.nodes[node].name),
        Place::Unused => "nowhere in this layout".into(),
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
