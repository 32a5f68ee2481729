//! Ways around the rights that have nothing to do with topics: connecting without a name, under somebody else's client
//! identifier or name, leaving a will, or publishing in the broker's name.

use super::client::Client;
use super::prover::{Prover, disconnect, is_allowed};
use anyhow::{Context, Result};
use broker::OBSERVER;
use broker::probe::{self, Connect, Probe, Version, ended, fence, greeted};
use broker::tls::Tls;
use std::collections::BTreeSet;

/// Tries all of them; what worked, in sentences.
pub(super) fn all(prover: &mut Prover<'_>, known: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut wrong = anonymous(prover)?;
    wrong.extend(foreign_identifier(prover)?);
    if prover.endpoint.tls == Tls::Keyed {
        wrong.extend(foreign_name(prover)?);
    }
    wrong.extend(wills(prover, known)?);
    wrong.extend(broker_topics(prover)?);
    Ok(wrong)
}

/// The broker accepts no client without a name.
fn anonymous(prover: &Prover<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (version, name) in [(Version::V4, "MQTT 3.1.1"), (Version::V5, "MQTT 5")] {
        let connect = Connect { id: "stranger", account: None, key: None, will: None };
        let mut probe = [Probe::open(prover.endpoint, version, &connect)?];
        greeted(&mut probe)?;
        if probe[0].greeting == Some(0) {
            wrong.push(format!("the broker lets anonymous clients in, with {name}"));
        }
    }
    Ok(wrong)
}

/// A client that asks for the client identifier of another one must not end the other's session: queued messages would be
/// lost.
fn foreign_identifier(prover: &Prover<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    // Every client is an intruder once and an owner once, and has one connection at a time: each second pair tries at once.
    for turn in 0..2 {
        let pairs: Vec<_> = prover.clients.iter().zip(prover.clients.iter().skip(1)).skip(turn).step_by(2).collect();
        let open = |(who, id): (&Client<'_>, &Client<'_>)| prover.open(Version::V4, who.name, id.name, None);
        let mut owners: Vec<Probe> = pairs.iter().map(|(_, owner)| open((owner, owner))).collect::<Result<_>>()?;
        greeted(&mut owners)?;
        let mut intruders: Vec<Probe> =
            pairs.iter().map(|(intruder, owner)| open((intruder, owner))).collect::<Result<_>>()?;
        greeted(&mut intruders)?;
        for (probe, (intruder, owner)) in owners.chunks_mut(1).zip(&pairs) {
            // The intruder is done when the broker answered it, and so is what it led to.
            if fence(probe).is_err() || probe[0].closed {
                wrong.push(format!("`{}` throws `{}` out by its client identifier", intruder.name, owner.name));
            }
        }
        disconnect(&mut owners);
        disconnect(&mut intruders);
    }
    Ok(wrong)
}

/// A client with a key of its own must not become another user by the name in CONNECT: the key tells the user.
fn foreign_name(prover: &mut Prover<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (intruder, owner) in prover.clients.iter().zip(prover.clients.iter().rev()) {
        let Some(topic) = owner.write.iter().find(|topic| !intruder.write.contains(*topic)) else { continue };
        let key = prover.accounts.get(intruder.name);
        let connect = Connect { id: owner.name, account: Some((owner.name, "?")), key, will: None };
        let mut probe = [Probe::open(prover.endpoint, Version::V5, &connect)?];
        greeted(&mut probe)?;
        if probe[0].greeting == Some(0) {
            probe[0].publish(topic, intruder.name);
            probe::pump(&mut probe, |_, _| (), |probe| probe.closed || !probe.reasons.is_empty())?;
        }
        prover.tries += 1;
        if probe[0].reasons.first().is_some_and(|reason| is_allowed(*reason)) {
            wrong.push(format!("`{}` may write {topic} by claiming to be `{}`", intruder.name, owner.name));
        }
    }
    Ok(wrong)
}

/// A will is a message: it goes where its owner may write, and nowhere else.
fn wills(prover: &mut Prover<'_>, known: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut observer = vec![prover.open(Version::V5, OBSERVER, OBSERVER, None)?];
    greeted(&mut observer)?;
    observer[0].subscribe("#");
    fence(&mut observer)?;
    let mut probes = Vec::new();
    let mut due = BTreeSet::new();
    // One after the other: ejabberd publishes a will some time after it has closed the connection.
    for client in prover.clients {
        let foreign = known.iter().find(|topic| !client.write.contains(topic.as_str())).map(String::as_str);
        let own = client.write.iter().next().copied();
        for (topic, may) in [(foreign, false), (own, true)] {
            let Some(topic) = topic else { continue };
            let payload = format!("will of {}", client.name);
            let mut probe = [prover.open(Version::V5, client.name, client.name, Some((topic, &payload)))?];
            greeted(&mut probe)?;
            probe[0].leave_with_will();
            ended(&mut probe)?;
            prover.tries += 1;
            if may {
                due.insert((topic.to_owned(), payload));
            }
            probes.extend(probe);
        }
    }
    fence(&mut observer)?;
    let received = observer.pop().context("an observer")?.received;
    let received: BTreeSet<(String, String)> =
        received.into_iter().filter(|(_, payload)| payload.starts_with("will of")).collect();
    let too_many = received.difference(&due).map(|(topic, who)| format!("the {who} arrives on {topic}"));
    let too_few = due.difference(&received).map(|(topic, who)| format!("the {who} does not arrive on {topic}"));
    Ok(too_many.chain(too_few).collect())
}

/// Nobody may publish on the topics on which the broker reports about itself.
fn broker_topics(prover: &mut Prover<'_>) -> Result<Vec<String>> {
    let open = |client: &Client<'_>| prover.open(Version::V5, client.name, client.name, None);
    let mut probes: Vec<Probe> = prover.clients.iter().map(open).collect::<Result<_>>()?;
    greeted(&mut probes)?;
    for (probe, client) in probes.iter_mut().zip(prover.clients) {
        probe.publish("$SYS/broker/uptime", client.name);
    }
    probe::pump(&mut probes, |_, _| (), |probe| !probe.reasons.is_empty())?;
    prover.tries += probes.len();
    let may = |probe: &Probe| probe.reasons.first().is_some_and(|reason| is_allowed(*reason));
    let allowed = probes.iter().zip(prover.clients).filter(|(probe, _)| may(probe));
    Ok(allowed.map(|(_, client)| format!("`{}` may write $SYS/broker/uptime", client.name)).collect())
}
