//! The passes of a proof: all clients receive what a speaker publishes, and publish themselves, with reason codes and
//! without.

use super::matrix::Matrix;
use super::neighbours::{beside, near};
use super::prover::{Prover, disconnect, is_allowed};
use anyhow::Result;
use broker::SPEAKER;
use broker::probe::{Probe, Version, fence, greeted, pump};
use std::collections::{BTreeSet, HashSet};

/// Messages of one client in flight: what Mosquitto takes by default.
const WINDOW: usize = 20;

impl Prover<'_> {
    /// Who may read and write what, by what arrives and by the reasons of acknowledgements (MQTT 5).
    pub(super) fn matrix(&mut self, known: &BTreeSet<String>) -> Result<Matrix> {
        let beside = beside(known);
        let topics: Vec<&str> = known.iter().chain(&beside).map(String::as_str).collect();
        let mut matrix = Matrix::new(self.clients, &topics);
        let mut probes = self.subscribe_all(Version::V5, &topics)?;
        let observer = probes.len() - 1;
        let mut speaker = vec![self.open(Version::V5, SPEAKER, SPEAKER, None)?];
        greeted(&mut speaker)?;
        probes.append(&mut speaker);
        // The speaker publishes on every topic, so that all that may be read is received. Meanwhile all clients try every
        // topic of the fleet, and those beside that they have a right near to.
        let own = |row: usize| -> Vec<&str> {
            let near = near(self.clients[row].read.iter().chain(&self.clients[row].write));
            let beside = beside.iter().filter(|topic| near.contains(*topic));
            known.iter().chain(beside).map(String::as_str).collect()
        };
        let mut wanted: Vec<Vec<&str>> = (0..self.clients.len()).map(own).collect();
        wanted.extend([Vec::new(), topics.clone()]);
        let mut names = self.names();
        names.push(SPEAKER);
        publish_all(&mut probes, &wanted, &names)?;
        fence(&mut probes)?;
        for (row, probe) in probes.iter_mut().take(self.clients.len()).enumerate() {
            // A group's member and a subscriber of its own may both be served.
            std::mem::take(&mut probe.received).iter().for_each(|(topic, _)| matrix.received(row, topic));
        }
        for (row, (probe, topics)) in probes.iter().zip(&wanted).enumerate().take(self.clients.len()) {
            for (topic, reason) in topics.iter().zip(&probe.reasons) {
                matrix.wrote(row, topic, is_allowed(*reason));
            }
        }
        let delivered = std::mem::take(&mut probes[observer].received);
        let delivered: HashSet<(&str, &str)> = delivered
            .iter()
            .map(|(topic, who)| (who.as_str(), topic.as_str()))
            .filter(|(who, _)| *who != SPEAKER)
            .collect();
        matrix.check_delivery(&delivered);
        self.tries += wanted.iter().map(Vec::len).sum::<usize>();
        disconnect(&mut probes);
        Ok(matrix)
    }

    /// The same publications once more in MQTT 3.1.1, where the broker reports no refusal and delivery alone shows it;
    /// what is wrong.
    pub(super) fn again_without_reasons(&mut self, known: &BTreeSet<String>) -> Result<Vec<String>> {
        let topics: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut probes = self.subscribe_all(Version::V4, &topics)?;
        let observer = probes.len() - 1;
        let mut wanted = vec![topics.clone(); self.clients.len()];
        wanted.push(Vec::new());
        publish_all(&mut probes, &wanted, &self.names())?;
        fence(&mut probes)?;
        self.tries += topics.len() * self.clients.len();
        let mut wrong = Vec::new();
        let delivered = std::mem::take(&mut probes[observer].received);
        let delivered: HashSet<(&str, &str)> =
            delivered.iter().map(|(topic, who)| (topic.as_str(), who.as_str())).collect();
        for client in self.clients {
            for topic in &topics {
                let passed = delivered.contains(&(*topic, client.name));
                if passed != client.write.contains(topic) {
                    let may = if passed { "may" } else { "may not" };
                    wrong.push(format!("`{}` {may} write {topic} with MQTT 3.1.1", client.name));
                }
            }
        }
        for (client, probe) in self.clients.iter().zip(&probes) {
            let topics: BTreeSet<&str> = probe.received.iter().map(|(topic, _)| topic.as_str()).collect();
            let foreign = topics.into_iter().filter(|topic| !client.read.contains(topic));
            wrong.extend(foreign.map(|topic| format!("`{}` receives {topic} with MQTT 3.1.1", client.name)));
        }
        disconnect(&mut probes);
        Ok(wrong)
    }
}

/// Publishes each client's topics with QoS 1, so many at a time, with the client's name as payload; returns when all are
/// acknowledged.
fn publish_all(probes: &mut [Probe], topics: &[Vec<&str>], names: &[&str]) -> Result<()> {
    let starts: Vec<usize> = probes.iter().map(|probe| probe.sent).collect();
    for (probe, topics) in probes.iter_mut().zip(topics) {
        probe.goal = probe.sent + topics.len();
    }
    let feed = |row: usize, probe: &mut Probe| {
        while probe.sent < probe.goal && probe.sent - probe.reasons.len() < WINDOW {
            probe.publish(topics[row][probe.sent - starts[row]], names[row]);
        }
    };
    pump(probes, feed, |probe| probe.reasons.len() == probe.goal)
}
