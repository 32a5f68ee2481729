//! What was published and received on each topic, whether anything is lost, and how long it took.

use crate::board::{Direction, Message};
use fleetwright_node::{Program, Qos};
use hdrhistogram::Histogram;
use std::collections::HashMap;

/// The longest time that is told apart from longer ones, in microseconds.
const LONGEST: u64 = 300_000_000;

/// The record of all messages.
pub(crate) struct Deliveries {
    topics: Vec<Topic>,
    indices: HashMap<&'static str, usize>,
    pub(crate) latency: Histogram<u32>,
    /// Messages that nodes published and received since the count began.
    pub(crate) published: u64,
    pub(crate) received: u64,
    counts: bool,
}

struct Topic {
    path: &'static str,
    retain: bool,
    /// An event of QoS 1: each one must arrive, in order.
    each: bool,
    publishers: usize,
    /// The payloads of events since the count began.
    published: Vec<Box<[u8]>>,
    /// The last payload, when it was published in microseconds, and its number.
    last: Option<(Box<[u8]>, u64, u64)>,
    subscribers: Vec<Subscriber>,
}

struct Subscriber {
    /// Index of the node.
    node: usize,
    /// How many of the events arrived, in order.
    arrived: usize,
    last: Option<Box<[u8]>>,
    /// The number of the last payload whose latency was measured.
    timed: u64,
}

impl Deliveries {
    pub(crate) fn new<'p>(programs: impl Iterator<Item = &'p &'static Program>) -> Result<Self, String> {
        let latency = Histogram::new_with_bounds(1, LONGEST, 3).map_err(|error| error.to_string())?;
        let (mut topics, mut indices): (Vec<Topic>, HashMap<&'static str, usize>) = (Vec::new(), HashMap::new());
        for (node, program) in programs.enumerate() {
            for topic in program.topics.iter().filter(|topic| topic.route.publishes() || topic.route.subscribes()) {
                let index = *indices.entry(topic.path).or_insert_with(|| {
                    let each = topic.qos == Qos::AtLeastOnce && !topic.retain;
                    let (published, subscribers) = (Vec::new(), Vec::new());
                    let (path, retain) = (topic.path, topic.retain);
                    topics.push(Topic { path, retain, each, publishers: 0, published, last: None, subscribers });
                    topics.len() - 1
                });
                topics[index].publishers += usize::from(topic.route.publishes());
                if topic.route.subscribes() {
                    topics[index].subscribers.push(Subscriber { node, arrived: 0, last: None, timed: 0 });
                }
            }
        }
        Ok(Self { topics, indices, latency, published: 0, received: 0, counts: false })
    }

    /// From now on everything counts; until now not everybody was there.
    pub(crate) fn begin(&mut self) {
        self.counts = true;
    }

    /// Takes note of a message of a node.
    pub(crate) fn note(&mut self, node: usize, message: Message, micros: u64) {
        let Some(topic) = self.indices.get(message.path).and_then(|index| self.topics.get_mut(*index)) else { return };
        if message.direction == Direction::Published {
            self.published += u64::from(self.counts);
            if topic.each && self.counts {
                topic.published.push(message.payload.clone());
            }
            let number = topic.last.as_ref().map_or(1, |(_, _, number)| number + 1);
            topic.last = Some((message.payload, micros, number));
            return;
        }
        self.received += u64::from(self.counts);
        let Some(subscriber) = topic.subscribers.iter_mut().find(|subscriber| subscriber.node == node) else { return };
        if topic.published.get(subscriber.arrived) == Some(&message.payload) {
            subscriber.arrived += 1;
        }
        if let Some((payload, since, number)) = &topic.last
            && *payload == message.payload
            && subscriber.timed < *number
        {
            subscriber.timed = *number;
            if self.counts {
                self.latency.saturating_record(micros.saturating_sub(*since).max(1));
            }
        }
        subscriber.last = Some(message.payload);
    }

    /// Events of QoS 1 that have to arrive, counted for each subscriber.
    pub(crate) fn events(&self) -> usize {
        self.topics.iter().map(|topic| topic.published.len() * topic.subscribers.len()).sum()
    }

    /// Retained topics, counted for each subscriber.
    pub(crate) fn states(&self) -> usize {
        self.topics.iter().filter(|topic| topic.retain).map(|topic| topic.subscribers.len()).sum()
    }

    /// Everything that is not as it should be when all is quiet.
    pub(crate) fn wrong(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        for topic in &self.topics {
            for subscriber in &topic.subscribers {
                let missing = topic.published.len() - subscriber.arrived;
                // Where several publish nobody knows whose payload came first.
                if topic.publishers == 1 && missing > 0 {
                    let first = text(&topic.published[subscriber.arrived]);
                    wrong.push(format!(
                        "{}: of {} messages {missing} did not come, the first is `{first}`",
                        topic.path,
                        topic.published.len()
                    ));
                }
                if let (true, 1, Some((published, ..))) = (topic.retain, topic.publishers, &topic.last)
                    && subscriber.last.as_ref() != Some(published)
                {
                    let received = subscriber.last.as_ref().map_or("nothing".to_owned(), |payload| text(payload));
                    wrong.push(format!("{}: published `{}`, but {received} was received", topic.path, text(published)));
                }
            }
        }
        wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fleetwright_node::{Payload, Route, Topic as NodeTopic};

    fn program(route: Route) -> &'static Program {
        let topic = |path, retain| NodeTopic { path, payload: Payload::PERCENT, qos: Qos::AtLeastOnce, retain, route };
        let topics: &'static [NodeTopic] = Box::leak(Box::new([topic("count", false), topic("level", true)]));
        Box::leak(Box::new(Program { fleet: "", node: "", network: None, topics, roles: &[] }))
    }

    fn deliveries() -> Deliveries {
        let programs = [program(Route::Publish), program(Route::Subscribe)];
        let mut deliveries = Deliveries::new(programs.iter()).expect("a histogram");
        deliveries.begin();
        deliveries
    }

    fn publish(deliveries: &mut Deliveries, path: &'static str, payloads: &[&str]) {
        for payload in payloads {
            deliveries.note(
                0,
                Message { direction: Direction::Published, path, payload: payload.as_bytes().into() },
                0,
            );
        }
    }

    fn receive(deliveries: &mut Deliveries, path: &'static str, payloads: &[&str]) {
        for payload in payloads {
            deliveries.note(1, Message { direction: Direction::Received, path, payload: payload.as_bytes().into() }, 5);
        }
    }

    #[test]
    fn events_may_come_twice_but_each_must_come() {
        let mut deliveries = deliveries();
        publish(&mut deliveries, "count", &["1", "2", "3"]);
        receive(&mut deliveries, "count", &["1", "2", "1", "2", "3"]);
        assert_eq!(deliveries.wrong(), [""; 0]);
        assert_eq!(
            (deliveries.events(), deliveries.published, deliveries.received, deliveries.latency.len()),
            (3, 3, 5, 1)
        );
        publish(&mut deliveries, "count", &["4", "5"]);
        receive(&mut deliveries, "count", &["5"]);
        assert_eq!(deliveries.wrong(), ["count: of 5 messages 2 did not come, the first is `4`"]);
    }

    #[test]
    fn of_states_the_last_payload_counts() {
        let mut deliveries = deliveries();
        publish(&mut deliveries, "level", &["1", "2"]);
        receive(&mut deliveries, "level", &["2"]);
        assert_eq!(deliveries.wrong(), [""; 0]);
        publish(&mut deliveries, "level", &["3"]);
        assert_eq!(deliveries.wrong(), ["level: published `3`, but 2 was received"]);
        assert_eq!((deliveries.events(), deliveries.states()), (0, 1));
    }
}
