//! Notes down what happens: the transcript, and the last message of each topic.

use crate::scenario::transcript::{Event, EventKind, Transcript};
use anyhow::{Context, Result};
use fleetwright_generator::model::TopicId;
use fleetwright_generator::plan::Plan;
use fleetwright_protocol::line::split_topic;

pub(super) struct Recorder<'p> {
    plan: &'p Plan,
    /// Virtual time in milliseconds.
    pub(super) now: u64,
    pub(super) transcript: Transcript,
    /// The last payload of each topic, and since when it is the last.
    last: Vec<Option<(String, u64)>>,
}

impl<'p> Recorder<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self { plan, now: 0, transcript: Transcript::default(), last: vec![None; plan.topics.len()] }
    }

    /// Notes an event of now.
    pub(super) fn note(&mut self, source: &str, kind: EventKind) {
        self.transcript.events.push(Event { at: self.now, source: source.to_owned(), kind });
    }

    /// Notes an event of the node with this index.
    pub(super) fn note_node(&mut self, index: usize, kind: EventKind) {
        let plan = self.plan;
        self.note(&plan.nodes[index].name, kind);
    }

    /// A node published a message that stays inside of it: `PATH PAYLOAD`.
    pub(super) fn note_local_message(&mut self, index: usize, message: &str) -> Result<()> {
        let plan = self.plan;
        // A path that no topic of the plan has is noted all the same: it may be what is wrong.
        let paths = plan.topics.iter().map(|topic| topic.path.as_str());
        let (topic, payload) = split_topic(message, paths)
            .with_context(|| format!("{} reports a topic without payload: `{message}`", plan.nodes[index].name))?;
        let (topic, payload) = (topic.to_owned(), payload.to_owned());
        self.set_last(&topic, &payload);
        self.note_node(index, EventKind::Published { topic, payload, over_broker: false, delivered: true });
        Ok(())
    }

    /// The observer received a message: one that a node published, or that the broker publishes by itself.
    pub(super) fn note_delivery(&mut self, topic: String, payload: String, retained: bool) {
        self.set_last(&topic, &payload);
        let waiting = self.transcript.events.iter_mut().rev().find_map(|event| match &mut event.kind {
            EventKind::Published { topic: path, payload: published, delivered, over_broker: true }
                if *path == topic && *published == payload && !*delivered =>
            {
                Some(delivered)
            }
            _ => None,
        });
        match waiting {
            Some(delivered) => *delivered = true,
            None => {
                let kind = EventKind::Published { topic, payload, over_broker: true, delivered: true };
                self.note(if retained { "broker (kept)" } else { "broker (will)" }, kind);
            }
        }
    }

    fn set_last(&mut self, path: &str, payload: &str) {
        if let Some(index) = self.plan.topics.iter().position(|topic| topic.path == path) {
            self.last[index] = Some((payload.to_owned(), self.now));
        }
    }

    /// The last payload of a topic, and since when it is the last.
    pub(super) fn last(&self, id: TopicId) -> Option<&(String, u64)> {
        self.last[id.0].as_ref()
    }
}
