//! The passes of a proof: everybody hears a speaker, everybody speaks, with reason codes and without.

use super::Guest;
use super::matrix::Matrix;
use crate::layout;
use anyhow::{Context, Result, bail};
use broker::probe::{self, Probe, Version, fence, greeted, pump};
use broker::tls::Door;
use broker::{OBSERVER, SPEAKER};
use credentials::passwords::Passwords;
use fleetwright_generator::fleet::Engine;
use fleetwright_generator::plan::Plan;
use std::collections::{BTreeSet, HashSet};

/// Messages of one client in flight: what Mosquitto takes by default.
const WINDOW: usize = 20;

/// Everybody, and the broker.
pub(super) struct Hall<'a> {
    pub(super) plan: &'a Plan,
    pub(super) door: Door,
    pub(super) passwords: &'a Passwords,
    pub(super) guests: &'a [Guest<'a>],
    /// Messages published so far.
    pub(super) tries: usize,
}

impl Hall<'_> {
    /// A connection as a user, under a client identifier.
    pub(super) fn open(&self, version: Version, user: &str, id: &str, will: Option<(&str, &str)>) -> Result<Probe> {
        let account = layout::credentials(self.plan, self.passwords, user).context("a user without a password")?;
        Probe::open(self.door, version, &probe::Guest { id, account: Some(account), key: None, will })
    }

    /// Connections of all guests, and of the observer as the last, all greeted and subscribed to everything.
    ///
    /// Mosquitto grants every subscription and filters at delivery, so that one for everything hears all that may be heard.
    /// ejabberd grants none of more than may be heard, so that each topic has to be asked for.
    fn enter(&self, version: Version, topics: &[&str]) -> Result<Vec<Probe>> {
        let names = self.guests.iter().map(|guest| guest.name).chain([OBSERVER]);
        let mut probes = names.map(|name| self.open(version, name, name, None)).collect::<Result<Vec<_>>>()?;
        greeted(&mut probes)?;
        for (probe, guest) in probes.iter_mut().zip(self.guests.iter().map(|guest| guest.name).chain([OBSERVER])) {
            if probe.greeting != Some(0) || probe.closed {
                bail!("the broker does not let `{guest}` in, code {:?}", probe.greeting);
            }
            // `#` leaves out what begins with `$`, and a share of a group is a way around nothing.
            let filters = match self.plan.engine {
                _ if guest == OBSERVER => vec!["#"],
                Engine::Mosquitto => vec!["#", "$SYS/#", "$share/spies/#"],
                Engine::Ejabberd => [&["#", "$SYS/#"], topics].concat(),
            };
            filters.into_iter().for_each(|filter| probe.subscribe(filter));
        }
        fence(&mut probes)?;
        Ok(probes)
    }

    /// Who may read and write what, by what arrives and by the reasons of acknowledgements.
    pub(super) fn matrix(&mut self, known: &BTreeSet<String>) -> Result<Matrix> {
        let beside = beside(known);
        let topics: Vec<&str> = known.iter().chain(&beside).map(String::as_str).collect();
        let mut matrix = Matrix::new(self.guests, &topics);
        let mut probes = self.enter(Version::V5, &topics)?;
        let observer = probes.len() - 1;
        let mut speaker = vec![self.open(Version::V5, SPEAKER, SPEAKER, None)?];
        greeted(&mut speaker)?;
        probes.append(&mut speaker);
        // The speaker says something on every topic, so that all that may be heard is heard. Meanwhile everybody tries
        // every topic of the fleet, and those beside that it has a right near to.
        let own = |row: usize| -> Vec<&str> {
            let near = beside_of(self.guests[row].read.iter().chain(&self.guests[row].write));
            let beside = beside.iter().filter(|topic| near.contains(*topic));
            known.iter().chain(beside).map(String::as_str).collect()
        };
        let mut wanted: Vec<Vec<&str>> = (0..self.guests.len()).map(own).collect();
        wanted.extend([Vec::new(), topics.clone()]);
        let names: Vec<&str> = self.guests.iter().map(|guest| guest.name).chain([OBSERVER, SPEAKER]).collect();
        publish_all(&mut probes, |row| &wanted[row], |row| names[row].into())?;
        fence(&mut probes)?;
        for (row, probe) in probes.iter_mut().take(self.guests.len()).enumerate() {
            for (topic, _) in std::mem::take(&mut probe.heard) {
                // A group's member and a subscriber of its own may both be served.
                matrix.heard(row, &topic);
            }
        }
        for (row, (probe, topics)) in probes.iter().zip(&wanted).enumerate().take(self.guests.len()) {
            for (topic, reason) in topics.iter().zip(&probe.reasons) {
                // 0x10: nobody listens, which is no refusal.
                matrix.wrote(row, topic, matches!(reason, 0 | 0x10));
            }
        }
        let delivered = std::mem::take(&mut probes[observer].heard);
        let spoken: HashSet<(&str, &str)> = delivered
            .iter()
            .map(|(topic, who)| (who.as_str(), topic.as_str()))
            .filter(|(who, _)| *who != SPEAKER)
            .collect();
        matrix.check_delivery(&spoken);
        self.tries += wanted.iter().map(Vec::len).sum::<usize>();
        probes.iter_mut().for_each(Probe::leave);
        // What can't be sent any more was not wanted.
        let _ = probe::ended(&mut probes);
        Ok(matrix)
    }

    /// The same writing once more in MQTT 3.1.1, where refusals are silent and delivery alone tells.
    pub(super) fn again_without_reasons(&mut self, known: &BTreeSet<String>) -> Result<Vec<String>> {
        let topics: Vec<&str> = known.iter().map(String::as_str).collect();
        let mut probes = self.enter(Version::V4, &topics)?;
        let names: Vec<&str> = self.guests.iter().map(|guest| guest.name).chain([OBSERVER]).collect();
        let none: Vec<&str> = Vec::new();
        let observer = probes.len() - 1;
        publish_all(&mut probes, |row| if row == observer { &none } else { &topics }, |row| names[row].into())?;
        fence(&mut probes)?;
        self.tries += topics.len() * self.guests.len();
        let mut wrong = Vec::new();
        let heard = std::mem::take(&mut probes[observer].heard);
        let heard: HashSet<(&str, &str)> = heard.iter().map(|(topic, who)| (topic.as_str(), who.as_str())).collect();
        for guest in self.guests {
            for topic in &topics {
                let passed = heard.contains(&(*topic, guest.name));
                if passed != guest.write.contains(topic) {
                    let may = if passed { "may" } else { "may not" };
                    wrong.push(format!("`{}` {may} write {topic} with MQTT 3.1.1", guest.name));
                }
            }
        }
        for (guest, probe) in self.guests.iter().zip(&probes) {
            let topics: BTreeSet<&str> = probe.heard.iter().map(|(topic, _)| topic.as_str()).collect();
            let foreign = topics.into_iter().filter(|topic| !guest.read.contains(topic));
            wrong.extend(foreign.map(|topic| format!("`{}` hears {topic} with MQTT 3.1.1", guest.name)));
        }
        probes.iter_mut().for_each(Probe::leave);
        let _ = probe::ended(&mut probes);
        Ok(wrong)
    }
}

/// Publishes each client's topics with QoS 1, so many at a time; returns when all are acknowledged.
fn publish_all<'t>(
    probes: &mut [Probe],
    topics: impl Fn(usize) -> &'t Vec<&'t str>,
    payload: impl Fn(usize) -> String,
) -> Result<()> {
    let starts: Vec<usize> = probes.iter().map(|probe| probe.sent).collect();
    for (row, probe) in probes.iter_mut().enumerate() {
        probe.goal = probe.sent + topics(row).len();
    }
    let feed = |row: usize, probe: &mut Probe| {
        while probe.sent < probe.goal && probe.sent - probe.reasons.len() < WINDOW {
            probe.publish(topics(row)[probe.sent - starts[row]], &payload(row));
        }
    };
    pump(probes, feed, |probe| probe.reasons.len() == probe.goal)
}

/// Topics beside those of a fleet, which nobody may use: parents, children, siblings, other capitals, and some outside.
fn beside(known: &BTreeSet<String>) -> BTreeSet<String> {
    let near = beside_of(known.iter());
    near.difference(known).cloned().chain(["nobody".to_owned(), "/nobody".to_owned()]).collect()
}

fn beside_of<T: AsRef<str>>(topics: impl Iterator<Item = T>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for topic in topics {
        let topic = topic.as_ref();
        found.insert(format!("{topic}/child"));
        found.insert(topic.to_uppercase());
        if let Some((parent, _)) = topic.rsplit_once('/') {
            found.extend([parent.to_owned(), format!("{parent}/sibling")]);
        }
    }
    found.remove("");
    found
}
