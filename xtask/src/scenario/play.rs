//! Obeying the steps of a scenario, and saying what is wrong where something expected does not come.

use super::transcript::{What, clock, place};
use super::world::World;
use super::{Failure, Verdict};
use crate::stage::input_for;
use anyhow::{Context, Result};
use fleetwright_generator::fleet::{Act, Claim, Expect, RoleKind, Step, TopicId};
use fleetwright_generator::plan::{Place, Plan, RolePlan, ScenarioPlan};
use fleetwright_generator::spec::NodeFault;

/// How long a finger stays on a button beyond what the button waits for, and stays off it, in milliseconds.
const FINGER: u64 = 50;

/// Plays a scenario to its end or to its first failure.
pub(super) fn play(world: &mut World<'_>, scenario: &ScenarioPlan) -> Result<Verdict> {
    let mut mark = 0;
    for planned in &scenario.steps {
        let Step { place, text, act } = &planned.step;
        if let Some(node) = &planned.absent {
            world.note("", What::LeftOut(place.clone(), text.clone(), node.clone()));
            continue;
        }
        if !matches!(act, Act::Expect(_)) {
            mark = world.transcript.events.len();
        }
        world.note("", What::Step(place.clone(), text.clone()));
        if let Err((found, needed)) = obey(world, act, mark)? {
            return Ok(Verdict::Failed(Failure { place: place.clone(), step: text.clone(), found, needed }));
        }
    }
    Ok(Verdict::Passed)
}

/// What was found, and what was needed.
type Complaint = (Vec<String>, Vec<String>);

fn obey(world: &mut World<'_>, act: &Act, mark: usize) -> Result<std::result::Result<(), Complaint>> {
    match act {
        Act::Set(values) => {
            for (key, value) in values {
                set(world, key, value)?;
            }
        }
        Act::Press(keys) => {
            for key in keys {
                hold(world, key, 0)?;
            }
        }
        Act::Hold(times) => {
            for (key, ms) in times {
                hold(world, key, u64::from(*ms))?;
            }
        }
        Act::Wait(ms) => pass(world, u64::from(*ms))?,
        Act::Expect(expect) => return self::expect(world, expect, mark),
        Act::StopBroker => world.stop_broker()?,
        Act::StartBroker => world.start_broker()?,
        Act::Node(fault, name) => {
            let place = world.node(name)?;
            match fault {
                NodeFault::DropWifi => world.set_wifi(place, false)?,
                NodeFault::RestoreWifi => world.set_wifi(place, true)?,
                NodeFault::Restart => world.restart(place)?,
                NodeFault::Garbage => world.garble(place)?,
            }
        }
        Act::Delay(ms) => world.weather.delay = u64::from(*ms),
        Act::Lose(percent) => world.weather.lose = *percent,
    }
    Ok(Ok(()))
}

fn pass(world: &mut World<'_>, ms: u64) -> Result<()> {
    world.pass(world.now + ms, &mut |_| false)
}

fn role<'p>(plan: &'p Plan, key: &str) -> Result<(usize, &'p RolePlan)> {
    let mut roles = plan.nodes.iter().enumerate().flat_map(|(at, node)| node.roles.iter().map(move |role| (at, role)));
    roles.find(|(_, role)| role.key == key).with_context(|| format!("no node has `{key}`"))
}

fn set(world: &mut World<'_>, key: &str, value: &str) -> Result<()> {
    let (place, role) = role(world.plan, key)?;
    let input = input_for(world.plan, role, value)?;
    world.input(place, input)
}

/// Presses or makes active for so long, at least as long as it takes to count.
fn hold(world: &mut World<'_>, key: &str, ms: u64) -> Result<()> {
    let (_, role) = role(world.plan, key)?;
    let (down, up, least) = match &role.kind {
        RoleKind::PushButton { debounce_ms, .. } => ("pressed".into(), "released".into(), u64::from(*debounce_ms)),
        RoleKind::DigitalInput { publish, labels, .. } => {
            let words = world.plan.topics[publish.0].payload.labels();
            let word = |index: u8| words.get(usize::from(index)).cloned().unwrap_or_default();
            (word(labels[1]), word(labels[0]), 0)
        }
        _ => anyhow::bail!("`{key}` can't be held"),
    };
    let least = least + FINGER;
    set(world, key, &down)?;
    pass(world, ms.max(least))?;
    set(world, key, &up)?;
    pass(world, least)
}

fn expect(world: &mut World<'_>, expect: &Expect, mark: usize) -> Result<std::result::Result<(), Complaint>> {
    let start = world.now;
    let end = start + u64::from(expect.within);
    if !holds(world, expect) {
        world.pass(end, &mut |world| holds(world, expect))?;
    }
    if !holds(world, expect) {
        return Ok(Err(complain(world, expect, &format!("by {}", clock(end)))));
    }
    let mark = if expect.stays > 0 { world.transcript.events.len() } else { mark };
    let until = world.now + u64::from(expect.stays);
    let broken = |world: &World<'_>| !holds(world, expect) || !spoken(world, expect, mark).is_empty();
    if expect.stays > 0 {
        world.pass(until, &mut |world| broken(world))?;
    }
    if !holds(world, expect) {
        return Ok(Err(complain(world, expect, &format!("until {}", clock(until)))));
    }
    let spoken = spoken(world, expect, mark);
    if spoken.is_empty() {
        return Ok(Ok(()));
    }
    let needed = if expect.stays > 0 {
        format!("silence from {} until {}", clock(until - u64::from(expect.stays)), clock(until))
    } else {
        "silence since the last step that did something".into()
    };
    Ok(Err((spoken, vec![needed])))
}

/// Whether everything is as it should be now.
fn holds(world: &World<'_>, expect: &Expect) -> bool {
    expect.claims.iter().all(|claim| is_so(world, claim))
}

fn is_so(world: &World<'_>, claim: &Claim) -> bool {
    match claim {
        Claim::Says(id, payload) => world.topic(*id).is_some_and(|(said, _)| said == payload),
        Claim::Carries { role: key, high } => carried(world, key).is_some_and(|(level, _)| level == *high),
    }
}

fn carried(world: &World<'_>, key: &str) -> Option<(bool, u64)> {
    let (place, role) = role(world.plan, key).ok()?;
    world.pin(place, role.pin.as_ref()?.gpio)
}

/// Messages that should not have come.
fn spoken(world: &World<'_>, expect: &Expect, mark: usize) -> Vec<String> {
    let paths: Vec<&str> = expect.silent.iter().map(|id| world.plan.topics[id.0].path.as_str()).collect();
    let events = world.transcript.events.iter().skip(mark);
    let messages = events.filter_map(|event| match &event.what {
        What::Says { topic, payload, passed: true, .. } if paths.contains(&topic.as_str()) => {
            Some(format!("{} said `{topic} {payload}` at {}", event.who, clock(event.at)))
        }
        _ => None,
    });
    messages.collect()
}

fn complain(world: &World<'_>, expect: &Expect, when: &str) -> Complaint {
    let (mut found, mut needed) = (Vec::new(), Vec::new());
    for claim in expect.claims.iter().filter(|claim| !is_so(world, claim)) {
        match claim {
            Claim::Says(id, payload) => {
                let topic = &world.plan.topics[id.0];
                found.push(match world.topic(*id) {
                    Some((said, at)) => {
                        format!("`{}` says \"{said}\" since {}, not \"{payload}\"", topic.key, clock(*at))
                    }
                    None => format!("`{}` never said anything; \"{payload}\" is expected", topic.key),
                });
                let place = place(world.plan, id.0);
                needed.push(format!(
                    "the message `{} {payload}` {place} {when}{}",
                    topic.path,
                    speakers(world.plan, *id)
                ));
            }
            Claim::Carries { role: key, high } => {
                let level = |high: bool| if high { "high" } else { "low" };
                let Ok((at, role)) = role(world.plan, key) else { continue };
                let Some(pin) = &role.pin else { continue };
                let place = format!("{} (GPIO{}) of {}", pin.label, pin.gpio, world.plan.nodes[at].name);
                found.push(match carried(world, key) {
                    Some((now, since)) => {
                        format!("`{key}`: {place} is {} since {}, not {}", level(now), clock(since), level(*high))
                    }
                    None => format!("`{key}`: {place} was never driven; {} is expected", level(*high)),
                });
                needed.push(format!("{place} {} {when}{}", level(*high), cause(world.plan, role, *high)));
            }
        }
    }
    (found, needed)
}

/// Who can say something on a topic.
fn speakers(plan: &Plan, id: TopicId) -> String {
    let roles = plan.nodes.iter().flat_map(|node| node.roles.iter().map(move |role| (node, role)));
    let speak = roles.filter(|(_, role)| role.kind.publishes() == Some(id));
    let names: Vec<String> = speak.map(|(node, role)| format!("`{}` on {}", role.key, node.name)).collect();
    if names.is_empty() { String::new() } else { format!(", from {}", names.join(" or ")) }
}

/// What makes an output carry a level.
fn cause(plan: &Plan, role: &RolePlan, high: bool) -> String {
    let RoleKind::SwitchOutput { subscribe, active_high, on, .. } = &role.kind else { return String::new() };
    let topic = &plan.topics[subscribe.0];
    let labels = topic.payload.labels();
    let wanted = labels.iter().zip(on).filter(|(_, on)| (**on == *active_high) == high);
    let wanted: Vec<String> = wanted.map(|(label, _)| format!("`{} {label}`", topic.path)).collect();
    let way = if topic.place == Place::Broker { "hears" } else { "is told" };
    format!(": it follows when its node {way} {}", wanted.join(" or "))
}
