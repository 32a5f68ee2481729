//! Ways around the rights that have nothing to do with topics: coming without a name, under somebody else's identifier, or
//! leaving a will.

use super::passes::Hall;
use crate::layout;
use anyhow::{Context, Result};
use broker::OBSERVER;
use broker::probe::{self, Guest, Probe, Version, ended, fence, greeted};
use broker::tls::Tls;
use std::collections::BTreeSet;

/// Tries all of them; what worked, in sentences.
pub(super) fn all(hall: &mut Hall<'_>, known: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut wrong = anonymous(hall)?;
    wrong.extend(foreign_identifier(hall)?);
    if hall.door.tls == Tls::Keyed {
        wrong.extend(foreign_name(hall)?);
    }
    wrong.extend(wills(hall, known)?);
    wrong.extend(broker_topics(hall)?);
    Ok(wrong)
}

/// Nobody gets in without a name.
fn anonymous(hall: &Hall<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (version, name) in [(Version::V4, "MQTT 3.1.1"), (Version::V5, "MQTT 5")] {
        let guest = Guest { id: "stranger", account: None, key: None, will: None };
        let mut probe = [Probe::open(hall.door, version, &guest)?];
        greeted(&mut probe)?;
        if probe[0].greeting == Some(0) {
            wrong.push(format!("the broker lets anonymous clients in, with {name}"));
        }
    }
    Ok(wrong)
}

/// Who asks for the client identifier of somebody else must not throw that one out: queued messages would be lost.
fn foreign_identifier(hall: &Hall<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    // Everybody is a thief once and a victim once, and has one connection at a time: each second pair tries at once.
    for turn in 0..2 {
        let pairs: Vec<_> = hall.guests.iter().zip(hall.guests.iter().skip(1)).skip(turn).step_by(2).collect();
        let open = |(who, id): (&super::Guest<'_>, &super::Guest<'_>)| hall.open(Version::V4, who.name, id.name, None);
        let mut victims: Vec<Probe> = pairs.iter().map(|(_, victim)| open((victim, victim))).collect::<Result<_>>()?;
        greeted(&mut victims)?;
        let mut thieves: Vec<Probe> =
            pairs.iter().map(|(thief, victim)| open((thief, victim))).collect::<Result<_>>()?;
        greeted(&mut thieves)?;
        for (victim, (thief, robbed)) in victims.chunks_mut(1).zip(&pairs) {
            // The thief is done when it was greeted, and so is what it led to.
            if fence(victim).is_err() || victim[0].closed {
                wrong.push(format!("`{}` throws `{}` out by its client identifier", thief.name, robbed.name));
            }
        }
        for probes in [&mut victims, &mut thieves] {
            probes.iter_mut().for_each(Probe::leave);
            // What can't be sent any more was not wanted.
            let _ = ended(probes);
        }
    }
    Ok(wrong)
}

/// Who has a key of its own must not become somebody else by saying so: the key tells the user, not CONNECT.
fn foreign_name(hall: &mut Hall<'_>) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (thief, victim) in hall.guests.iter().zip(hall.guests.iter().rev()) {
        let Some(topic) = victim.write.iter().find(|topic| !thief.write.contains(*topic)) else { continue };
        let key = layout::credentials(hall.plan, hall.passwords, thief.name);
        let guest = Guest { id: victim.name, account: Some((victim.name, "?")), key, will: None };
        let mut probe = [Probe::open(hall.door, Version::V5, &guest)?];
        greeted(&mut probe)?;
        if probe[0].greeting == Some(0) {
            probe[0].publish(topic, thief.name);
            probe::pump(&mut probe, |_, _| (), |probe| probe.closed || !probe.reasons.is_empty())?;
        }
        hall.tries += 1;
        if probe[0].reasons.first().is_some_and(|reason| matches!(reason, 0 | 0x10)) {
            wrong.push(format!("`{}` may write {topic} by saying that it is `{}`", thief.name, victim.name));
        }
    }
    Ok(wrong)
}

/// A will is a message: it goes where its owner may write, and nowhere else.
fn wills(hall: &mut Hall<'_>, known: &BTreeSet<String>) -> Result<Vec<String>> {
    let mut observer = vec![hall.open(Version::V5, OBSERVER, OBSERVER, None)?];
    greeted(&mut observer)?;
    observer[0].subscribe("#");
    fence(&mut observer)?;
    let mut probes = Vec::new();
    let mut due = BTreeSet::new();
    // One after the other: ejabberd says a will some time after it has closed the connection.
    for guest in hall.guests {
        let foreign = known.iter().find(|topic| !guest.write.contains(topic.as_str())).map(String::as_str);
        let own = guest.write.iter().next().copied();
        for (topic, may) in [(foreign, false), (own, true)] {
            let Some(topic) = topic else { continue };
            let payload = format!("will of {}", guest.name);
            let mut probe = [hall.open(Version::V5, guest.name, guest.name, Some((topic, &payload)))?];
            greeted(&mut probe)?;
            probe[0].leave_with_will();
            ended(&mut probe)?;
            hall.tries += 1;
            if may {
                due.insert((topic.to_owned(), payload));
            }
            probes.extend(probe);
        }
    }
    fence(&mut observer)?;
    let heard = observer.pop().context("an observer")?.heard;
    let heard: BTreeSet<(String, String)> =
        heard.into_iter().filter(|(_, payload)| payload.starts_with("will of")).collect();
    let too_many = heard.difference(&due).map(|(topic, who)| format!("the {who} arrives on {topic}"));
    let too_few = due.difference(&heard).map(|(topic, who)| format!("the {who} does not arrive on {topic}"));
    Ok(too_many.chain(too_few).collect())
}

/// What the broker says of itself is for nobody, and nobody speaks in its name.
fn broker_topics(hall: &mut Hall<'_>) -> Result<Vec<String>> {
    let open = |guest: &super::Guest<'_>| hall.open(Version::V5, guest.name, guest.name, None);
    let mut probes: Vec<Probe> = hall.guests.iter().map(open).collect::<Result<_>>()?;
    greeted(&mut probes)?;
    for (probe, guest) in probes.iter_mut().zip(hall.guests) {
        probe.publish("$SYS/broker/uptime", guest.name);
    }
    probe::pump(&mut probes, |_, _| (), |probe| !probe.reasons.is_empty())?;
    hall.tries += probes.len();
    let may = |probe: &Probe| probe.reasons.first().is_some_and(|reason| matches!(reason, 0 | 0x10));
    let allowed = probes.iter().zip(hall.guests).filter(|(probe, _)| may(probe));
    Ok(allowed.map(|(_, guest)| format!("`{}` may write $SYS/broker/uptime", guest.name)).collect())
}
