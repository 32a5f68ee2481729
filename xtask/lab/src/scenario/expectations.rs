//! Compares what a scenario expects with what happened, and reports what is missing.

use super::outcome::StepOutcome;
use super::simulation::Simulation;
use super::transcript::{EventKind, clock, location};
use crate::roles;
use anyhow::Result;
use fleetwright_generator::model::{Claim, Expect, RoleKind, TopicId};
use fleetwright_generator::plan::{Location, Plan, RolePlan};

/// Waits for what is expected. `mark` is how many events there were before the last step that did something.
pub(super) fn check(simulation: &mut Simulation<'_>, expect: &Expect, mark: usize) -> Result<StepOutcome> {
    let end = simulation.now() + u64::from(expect.within);
    if !holds(simulation, expect) {
        simulation.pass(end, &mut |simulation| holds(simulation, expect))?;
    }
    if !holds(simulation, expect) {
        return Ok(failure(simulation, expect, &format!("by {}", clock(end))));
    }
    let mark = if expect.stays > 0 { simulation.transcript().events.len() } else { mark };
    let until = simulation.now() + u64::from(expect.stays);
    if expect.stays > 0 {
        simulation.pass(until, &mut |simulation| {
            !holds(simulation, expect) || !unwanted(simulation, expect, mark).is_empty()
        })?;
    }
    if !holds(simulation, expect) {
        return Ok(failure(simulation, expect, &format!("until {}", clock(until))));
    }
    let found = unwanted(simulation, expect, mark);
    if found.is_empty() {
        return Ok(StepOutcome::Done);
    }
    let needed = if expect.stays > 0 {
        format!("no message from {} until {}", clock(until - u64::from(expect.stays)), clock(until))
    } else {
        "no message since the last step that did something".into()
    };
    Ok(StepOutcome::Failed { found, needed: vec![needed] })
}

/// Whether everything is as it should be now.
fn holds(simulation: &Simulation<'_>, expect: &Expect) -> bool {
    expect.claims.iter().all(|claim| is_so(simulation, claim))
}

fn is_so(simulation: &Simulation<'_>, claim: &Claim) -> bool {
    match claim {
        Claim::LastMessage(id, payload) => simulation.last_message(*id).is_some_and(|(last, _)| last == payload),
        Claim::Carries { role: key, high } => level(simulation, key).is_some_and(|(level, _)| level == *high),
    }
}

/// The level of a role's pin, and since when.
fn level(simulation: &Simulation<'_>, key: &str) -> Option<(bool, u64)> {
    let (index, role) = roles::find(simulation.plan, key).ok()?;
    simulation.pin(index, role.pin.as_ref()?.gpio)
}

/// Messages after a mark that should not have come, in sentences.
fn unwanted(simulation: &Simulation<'_>, expect: &Expect, mark: usize) -> Vec<String> {
    let paths: Vec<&str> = expect.no_message_on.iter().map(|id| simulation.plan.topics[id.0].path.as_str()).collect();
    let events = simulation.transcript().events.iter().skip(mark);
    let messages = events.filter_map(|event| match &event.kind {
        EventKind::Published { topic, payload, delivered: true, .. } if paths.contains(&topic.as_str()) => {
            Some(format!("{} published `{topic} {payload}` at {}", event.source, clock(event.at)))
        }
        _ => None,
    });
    messages.collect()
}

/// What is not as expected; `when` is until when it should have been.
fn failure(simulation: &Simulation<'_>, expect: &Expect, when: &str) -> StepOutcome {
    let (mut found, mut needed) = (Vec::new(), Vec::new());
    for claim in expect.claims.iter().filter(|claim| !is_so(simulation, claim)) {
        let sentences = match claim {
            Claim::LastMessage(id, payload) => Some(missing_message(simulation, *id, payload, when)),
            Claim::Carries { role: key, high } => wrong_level(simulation, key, *high, when),
        };
        if let Some((is, should_be)) = sentences {
            found.push(is);
            needed.push(should_be);
        }
    }
    StepOutcome::Failed { found, needed }
}

/// What a topic's last message is, and what is needed.
fn missing_message(simulation: &Simulation<'_>, id: TopicId, payload: &str, when: &str) -> (String, String) {
    let plan = simulation.plan;
    let topic = &plan.topics[id.0];
    let found = match simulation.last_message(id) {
        Some((last, at)) => format!("`{}` is \"{last}\" since {}, not \"{payload}\"", topic.key, clock(*at)),
        None => format!("`{}` never had a message; \"{payload}\" is expected", topic.key),
    };
    let (location, publishers) = (location(plan, id), publishers(plan, id));
    (found, format!("the message `{} {payload}` {location} {when}{publishers}", topic.path))
}

/// What level a role's pin has, and what is needed; `None`: the role has no pin.
fn wrong_level(simulation: &Simulation<'_>, key: &str, high: bool, when: &str) -> Option<(String, String)> {
    let plan = simulation.plan;
    let level_name = |high: bool| if high { "high" } else { "low" };
    let (index, role) = roles::find(plan, key).ok()?;
    let pin = role.pin.as_ref()?;
    let pin = format!("{} (GPIO{}) of {}", pin.label, pin.gpio, plan.nodes[index].name);
    let found = match level(simulation, key) {
        Some((is_high, since)) => {
            format!("`{key}`: {pin} is {} since {}, not {}", level_name(is_high), clock(since), level_name(high))
        }
        None => format!("`{key}`: {pin} was never driven; {} is expected", level_name(high)),
    };
    Some((found, format!("{pin} {} {when}{}", level_name(high), cause(plan, role, high))))
}

/// Who can publish on a topic.
fn publishers(plan: &Plan, id: TopicId) -> String {
    let publishers = roles::all(plan).filter(|(_, role)| role.kind.publishes() == Some(id));
    let name = |(index, role): (usize, &RolePlan)| format!("`{}` on {}", role.key, plan.nodes[index].name);
    let names: Vec<String> = publishers.map(name).collect();
    if names.is_empty() { String::new() } else { format!(", from {}", names.join(" or ")) }
}

/// What makes an output have a level.
fn cause(plan: &Plan, role: &RolePlan, high: bool) -> String {
    let RoleKind::SwitchOutput { subscribe, active_high, on, .. } = &role.kind else { return String::new() };
    let topic = &plan.topics[subscribe.0];
    let labels = topic.payload.labels();
    let wanted = labels.iter().zip(on).filter(|(_, on)| (**on == *active_high) == high);
    let wanted: Vec<String> = wanted.map(|(label, _)| format!("`{} {label}`", topic.path)).collect();
    let way = if topic.location == Location::Broker { "receives" } else { "itself publishes" };
    format!(": it follows when its node {way} {}", wanted.join(" or "))
}
