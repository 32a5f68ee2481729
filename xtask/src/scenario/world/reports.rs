//! What nodes report, as events of the transcript.

use super::World;
use crate::scenario::transcript::What;
use anyhow::{Context, Result, anyhow, bail};
use fleetwright_protocol::line::split_topic;
use fleetwright_protocol::{ALL_OF_THE_TIME, Report};

impl World<'_> {
    /// Reads a line of a node.
    pub(super) fn read<'l>(&self, place: usize, line: &'l str) -> Result<Report<'l>> {
        let name = &self.plan.nodes[place].name;
        Report::read(line).map_err(|error| anyhow!("{name} reports {error}"))
    }

    /// Takes note of a report that answers nothing.
    pub(super) fn note_report(&mut self, place: usize, report: Report<'_>) -> Result<()> {
        let (plan, now) = (self.plan, self.now);
        match report {
            Report::Time(_) => {}
            Report::Pin { gpio, high } => {
                self.actors[place].pins.insert(gpio, (high, now));
                self.note_of(place, What::Pin(gpio, high));
            }
            Report::Link(up) => self.note_of(place, What::Link(up)),
            Report::Duty { gpio, permille } => {
                self.actors[place].pins.insert(gpio, (permille == ALL_OF_THE_TIME, now));
                self.note_of(place, What::Log(format!("GPIO{gpio} is high for {permille} of 1000")));
            }
            Report::Log(line) => self.note_of(place, What::Log(line.to_owned())),
            Report::Topic(text) => {
                // A path that no topic of the plan has is noted all the same: it may be what is wrong.
                let paths = plan.topics.iter().map(|topic| topic.path.as_str());
                let (topic, payload) = split_topic(text, paths)
                    .with_context(|| format!("{} reports a topic without payload: `{text}`", plan.nodes[place].name))?;
                let what =
                    What::Says { topic: topic.to_owned(), payload: payload.to_owned(), sent: false, passed: true };
                self.note_of(place, what);
                self.say(topic, payload);
            }
            Report::Ready | Report::Idle(_) | Report::Heap(_) | Report::Error(_) => {
                bail!("{} reports `{report}`, which nobody asked for", plan.nodes[place].name)
            }
        }
        Ok(())
    }
}
