//! The smoke run: every input is moved and every client speaks, while broker, logs and pins are compared with what the
//! plan says should happen.

use crate::reference::{self, Act, LONGEST, Reference, Seen, Word};
use crate::stage::{PATIENCE, Stage};
use crate::watch::Watcher;
use anyhow::{Context, Result, anyhow, bail};
use fleetwright_generator::fleet::{Pull, RoleKind, Sends, TopicId};
use fleetwright_generator::plan::{Place, Plan, RolePlan};
use fleetwright_protocol::{Input, Report};
use std::time::{Duration, Instant};

/// When nothing happened for so long after the start, all is said.
const QUIET: Duration = Duration::from_millis(400);
/// How often to look.
const LOOK: Duration = Duration::from_millis(5);
/// How long a change of a pin takes to reach its node, on a busy machine.
const MARGIN: Duration = Duration::from_millis(50);

/// Runs everything; what was done, in sentences.
pub fn run(stage: &mut Stage) -> Result<Vec<String>> {
    run_for(stage, PATIENCE)
}

/// As [`run`], and waits so long for each effect, beyond what the role itself waits.
pub fn run_for(stage: &mut Stage, patience: Duration) -> Result<Vec<String>> {
    let plan = stage.plan.clone();
    let fades = roles(&plan).filter(|(_, role)| matches!(role.kind, RoleKind::DimmerOutput { .. }));
    let fade = fades.map(|(_, role)| delay(role)).filter(|fade| *fade <= LONGEST).max().unwrap_or(0);
    let patience = patience + Duration::from_millis(fade.into());
    settle(stage);
    let mut reference = Reference::new(&plan, &see(stage, &Mark::default())?);
    let expected = reference.expected();
    check(&reference, &expected, stage, &Mark::default(), patience).context("after the start")?;
    let mut steps = vec!["after the start every topic and pin is as the plan says".to_owned()];
    let (mut acts, mut words) = (0, 0);
    for (node, role, act) in self::acts(&plan) {
        let mark = Mark::now(stage);
        reference.act(role, act);
        stage.nodes[node].send(input(role, act)?.into())?;
        let is_seen = role.kind.publishes().is_some_and(|id| plan.topics[id.0].place == Place::Broker);
        if !is_seen || matches!(role.kind, RoleKind::PushButton { .. }) {
            // A change that is taken back before it counts is no change, and here nobody would see that it counted.
            std::thread::sleep(Duration::from_millis(delay(role).into()) + MARGIN);
        }
        let patience = patience + Duration::from_millis(delay(role).into());
        let expected = reference.expected();
        check(&reference, &expected, stage, &mark, patience).with_context(|| told(role, act))?;
        acts += 1;
    }
    for (client, topic, word) in self::words(&plan) {
        let planned = &plan.topics[topic.0];
        let payload = word.spell(&planned.payload);
        let mark = Mark::now(stage);
        reference.say(topic, word);
        speak(stage, client, &planned.path, &payload)?;
        let expected = reference.expected();
        check(&reference, &expected, stage, &mark, patience)
            .with_context(|| format!("`{client}` said `{} {payload}`", planned.path))?;
        words += 1;
    }
    if acts > 0 {
        steps.push(format!("pressed, switched and dimmed, {acts} acts: messages and pins follow the rules"));
    }
    if words > 0 {
        steps.push(format!("clients spoke, {words} messages: logs and pins follow"));
    }
    steps.extend(left_alone(&plan));
    Ok(steps)
}

/// How much had been said when something was done.
#[derive(Default)]
struct Mark {
    messages: usize,
    lines: Vec<usize>,
}

impl Mark {
    fn now(stage: &Stage) -> Self {
        let messages = stage.observer.as_ref().map_or(0, Watcher::mark);
        Self { messages, lines: stage.nodes.iter().map(crate::nodes::Node::mark).collect() }
    }
}

fn see(stage: &Stage, mark: &Mark) -> Result<Seen> {
    let mut seen = Seen {
        messages: stage.observer.as_ref().map_or(Vec::new(), |seen| seen.messages(mark.messages)),
        ..Seen::default()
    };
    for (at, node) in stage.nodes.iter().enumerate() {
        let before = mark.lines.get(at).copied().unwrap_or(0);
        for (number, line) in node.lines().iter().enumerate() {
            match Report::read(line).map_err(|error| anyhow!("{} reports {error}", node.name))? {
                Report::Pin { gpio, high } => drop(seen.pins.insert((at, gpio), high)),
                Report::Duty { gpio, permille } => drop(seen.duties.insert((at, gpio), permille)),
                Report::Log(text) if number >= before => seen.logs.push((at, text.to_owned())),
                _ => {}
            }
        }
    }
    Ok(seen)
}

/// Waits until nothing happened for a while.
fn settle(stage: &Stage) {
    let said = |stage: &Stage| {
        let mark = Mark::now(stage);
        (mark.messages, mark.lines)
    };
    let (mut last, mut since) = (said(stage), Instant::now());
    let start = Instant::now();
    // A custom role may talk all the time.
    while since.elapsed() < QUIET && start.elapsed() < PATIENCE {
        std::thread::sleep(LOOK);
        let now = said(stage);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

/// Waits until broker, logs and pins are as they should be.
fn check(
    reference: &Reference<'_>,
    expected: &[(TopicId, Word)],
    stage: &Stage,
    mark: &Mark,
    patience: Duration,
) -> Result<()> {
    let end = Instant::now() + patience;
    let mut right: Option<Instant> = None;
    // What is right must stay so for a moment: the wrong answer may be on its way.
    while right.is_none_or(|since| since.elapsed() < MARGIN) {
        let seen = see(stage, mark)?;
        match reference.complaint(expected, &seen) {
            None => drop(right.get_or_insert_with(Instant::now)),
            Some(_) if Instant::now() < end => right = None,
            Some(missing) => {
                let heard = seen.messages.iter().map(|message| format!("\n  {} {}", message.topic, message.payload));
                bail!("expected {missing}; heard since:{}", heard.collect::<String>());
            }
        }
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// Everything that the world can do to a layout: sensors go up and down, contacts close, buttons are pressed, and again,
/// so that rules meet each other.
fn acts(plan: &Plan) -> Vec<(usize, &RolePlan, Act)> {
    let roles = || roles(plan).filter(|(_, role)| delay(role) <= LONGEST);
    let contacts = |active| {
        roles()
            .filter(|(_, role)| matches!(role.kind, RoleKind::DigitalInput { .. }))
            .map(move |(at, role)| (at, role, Act::Contact(active)))
    };
    let sensors = || {
        let sensors = roles().filter(|(_, role)| matches!(role.kind, RoleKind::AnalogInput { .. }));
        sensors.flat_map(|(at, role)| [(at, role, Act::Reading(1023)), (at, role, Act::Reading(0))])
    };
    let buttons = || {
        roles().filter(|(_, role)| matches!(role.kind, RoleKind::PushButton { .. })).flat_map(|(at, role)| {
            let press = [(at, role, Act::Button(true)), (at, role, Act::Button(false))];
            std::iter::repeat_n(press, presses(plan, role)).flatten()
        })
    };
    sensors().chain(contacts(true)).chain(sensors()).chain(buttons()).chain(sensors()).chain(contacts(false)).collect()
}

fn roles(plan: &Plan) -> impl Iterator<Item = (usize, &RolePlan)> {
    plan.nodes.iter().enumerate().flat_map(|(at, node)| node.roles.iter().map(move |role| (at, role)))
}

/// How often a button is pressed, so that each of its labels is sent, and the first one again.
fn presses(plan: &Plan, role: &RolePlan) -> usize {
    match &role.kind {
        RoleKind::PushButton { publish, sends: Sends::Press, .. } => {
            plan.topics[publish.0].payload.labels().len().min(8) + 1
        }
        _ => 1,
    }
}

/// What the clients of the fleet can say.
fn words(plan: &Plan) -> Vec<(&str, TopicId, Word)> {
    let clients = plan.users.iter().filter(|user| plan.clients.contains(&user.name));
    let topics = |user: &fleetwright_generator::plan::UserPlan| {
        let user = user.clone();
        plan.topics.iter().enumerate().filter(move |(_, topic)| user.write.contains(&topic.path))
    };
    let said =
        clients.flat_map(|user| topics(user).map(move |(at, topic)| (user.name.as_str(), TopicId(at), &topic.payload)));
    said.flat_map(|(user, id, payload)| reference::samples(payload).into_iter().map(move |word| (user, id, word)))
        .collect()
}

/// How long a role itself waits before it says something, at most.
fn delay(role: &RolePlan) -> u32 {
    match role.kind {
        RoleKind::AnalogInput { every_ms, .. } => every_ms,
        RoleKind::DigitalInput { hold_ms, .. } => hold_ms,
        RoleKind::PushButton { debounce_ms, .. } => debounce_ms,
        RoleKind::DimmerOutput { fade_ms, .. } => fade_ms,
        _ => 0,
    }
}

fn left_alone(plan: &Plan) -> Vec<String> {
    let slow = roles(plan).filter(|(_, role)| delay(role) > LONGEST);
    slow.map(|(_, role)| format!("left `{}` alone: it takes {} s by itself", role.key, delay(role) / 1_000)).collect()
}

/// The input of a node that does this to one of its roles.
fn input(role: &RolePlan, act: Act) -> Result<Input> {
    let pin = |high| {
        let gpio = role.pin.as_ref().map(|pin| pin.gpio).with_context(|| format!("`{}` has no pin", role.key))?;
        Ok(Input::Pin { gpio, high })
    };
    match (&role.kind, act) {
        // A button pulls against its resistor; without the chip's own it is wired to ground.
        (RoleKind::PushButton { pull, .. }, Act::Button(pressed)) => pin(pressed == (*pull == Pull::Down)),
        (RoleKind::DigitalInput { active_high, .. }, Act::Contact(active)) => pin(active == *active_high),
        (RoleKind::AnalogInput { .. }, Act::Reading(reading)) => {
            Ok(Input::Analog(u16::try_from(reading).with_context(|| format!("A0 never reads {reading}"))?))
        }
        _ => bail!("the world can't do that to `{}`", role.key),
    }
}

fn speak(stage: &Stage, client: &str, topic: &str, payload: &str) -> Result<()> {
    let broker = stage.broker.as_ref().context("this layout has no broker")?;
    let user = stage.password(client).map(|password| (client, password));
    Watcher::start(broker.door(), user, topic, None)?.publish(topic, payload, false)
}

fn told(role: &RolePlan, act: Act) -> String {
    match act {
        Act::Button(true) => format!("pressed `{}`", role.key),
        Act::Button(false) => format!("let go of `{}`", role.key),
        Act::Contact(true) => format!("made `{}` active", role.key),
        Act::Contact(false) => format!("made `{}` inactive", role.key),
        Act::Reading(reading) => format!("`{}` read {reading}", role.key),
    }
}
