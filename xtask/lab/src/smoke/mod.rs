//! The smoke run: every input is moved and every client publishes, while broker, logs and pins are compared with what the
//! plan expects.

mod observe;
mod trials;

use crate::layout::{PATIENCE, RunningLayout};
use crate::reference::{LONGEST, Reference, Value};
use crate::roles;
use crate::stimulus::Stimulus;
use anyhow::{Context, Result};
use broker::watch::Watcher;
use fleetwright_generator::model::{RoleKind, TopicId};
use fleetwright_generator::plan::{Plan, RolePlan};
use observe::{Counts, MARGIN, check, observe, settle};
use std::time::Duration;
use trials::{client_messages, delay, left_out, sentence, stimuli};

/// Runs everything; what was done, in sentences.
///
/// # Errors
///
/// Something is not as planned; the error names the stimulus, and what is missing.
pub fn run(layout: &mut RunningLayout) -> Result<Vec<String>> {
    run_for(layout, PATIENCE)
}

/// As [`run`], and waits so long for each effect, beyond what the role itself waits.
pub fn run_for(layout: &mut RunningLayout, patience: Duration) -> Result<Vec<String>> {
    let plan = layout.plan.clone();
    let patience = patience + longest_fade(&plan);
    settle(layout);
    let mut reference = Reference::new(&plan, &observe(layout, &Counts::default())?);
    let expected = reference.expected();
    check(&reference, &expected, layout, &Counts::default(), patience).context("after the start")?;
    let mut steps = vec!["after the start every topic and pin is as planned".to_owned()];
    let (stimuli, messages) = (stimuli(&plan), client_messages(&plan));
    for (node, role, stimulus) in &stimuli {
        stimulate(layout, &mut reference, (*node, role), *stimulus, patience)?;
    }
    for (client, topic, value) in &messages {
        publish(layout, &mut reference, client, (*topic, value), patience)?;
    }
    if !stimuli.is_empty() {
        steps.push(format!("pressed, switched and dimmed, {} acts: messages and pins follow the rules", stimuli.len()));
    }
    if !messages.is_empty() {
        steps.push(format!("clients published {} messages: logs and pins follow", messages.len()));
    }
    steps.extend(left_out(&plan));
    Ok(steps)
}

/// How long the slowest dimmer that is tried takes to reach its value.
fn longest_fade(plan: &Plan) -> Duration {
    let dimmers = roles::all(plan).filter(|(_, role)| matches!(role.kind, RoleKind::DimmerOutput { .. }));
    let fade = dimmers.map(|(_, role)| delay(role)).filter(|fade| *fade <= LONGEST).max().unwrap_or(0);
    Duration::from_millis(fade.into())
}

/// Does something to the pin of a role, and waits for what follows.
fn stimulate<'p>(
    layout: &mut RunningLayout,
    reference: &mut Reference<'p>,
    (node, role): (usize, &'p RolePlan),
    stimulus: Stimulus,
    patience: Duration,
) -> Result<()> {
    let mark = Counts::now(layout);
    reference.apply(role, stimulus);
    layout.nodes[node].send(stimulus.input(role)?.into())?;
    let own = Duration::from_millis(delay(role).into());
    let is_seen = role.kind.publishes().is_some_and(|id| layout.plan.nodes[node].publishes(id));
    if !is_seen || matches!(role.kind, RoleKind::PushButton { .. }) {
        // A change that is taken back before it counts is no change, and here nobody would see that it counted.
        std::thread::sleep(own + MARGIN);
    }
    let expected = reference.expected();
    check(reference, &expected, layout, &mark, patience + own).with_context(|| sentence(role, stimulus))
}

/// Publishes a message as a client, and waits for what follows.
fn publish(
    layout: &RunningLayout,
    reference: &mut Reference<'_>,
    client: &str,
    (topic, value): (TopicId, &Value),
    patience: Duration,
) -> Result<()> {
    let planned = &layout.plan.topics[topic.0];
    let payload = value.text(&planned.payload);
    let mark = Counts::now(layout);
    reference.publish(topic, value.clone());
    let broker = layout.broker.as_ref().context("this layout has no broker")?;
    let account = layout.password(client).map(|password| (client, password));
    Watcher::start(broker.endpoint(), account, &planned.path, None)?.publish(&planned.path, &payload, false)?;
    let expected = reference.expected();
    check(reference, &expected, layout, &mark, patience)
        .with_context(|| format!("`{client}` published `{} {payload}`", planned.path))
}
