//! `verify`: proves what was generated, on a real broker with the nodes as processes of this machine.

use crate::broker::OBSERVER;
use crate::cli::Outcome;
use crate::stage::{PATIENCE, Shown, Stage, spelled};
use crate::sync::{self, Mode};
use crate::{fleets, sh, watch};
use anyhow::{Context, Result, bail};
use fleetwright_generator::fleet::{Payload, Pull, RoleKind, Security, Sends, TopicId};
use fleetwright_generator::plan::Plan;
use fleetwright_generator::{Artifact, Output};
use std::path::Path;
use std::time::Duration;

/// An input that takes longer than this to tell is left out of the smoke run.
const LONGEST: u32 = 10_000;

/// Verifies fleets, all layouts of each.
pub fn run(words: &[String]) -> Result<Outcome> {
    if sh::which("mosquitto").is_none() {
        bail!("Mosquitto is not installed, and nothing is proven without it; run `{}`", crate::broker::REMEDY);
    }
    let mut outcome = Outcome::Fine;
    let mut summary = Vec::new();
    for path in fleets::find(words)? {
        let out = fleets::root().join("generated");
        let Some(output) = fleets::generate(&path, &out, None)? else {
            outcome = Outcome::Findings;
            summary.push(format!("{}: has errors", path.display()));
            continue;
        };
        if !is_current(&out, &output)? {
            outcome = Outcome::Findings;
            summary.push(format!("{}: generated/ is not current; run `cargo xtask gen`", path.display()));
            continue;
        }
        for plan in &output.plans {
            println!("{} · {}", plan.fleet, plan.layout);
            println!("  ok  generated files are current");
            match prove(&out, plan, &output.artifacts) {
                Ok(()) => summary.push(format!("{} · {}: proven", plan.fleet, plan.layout)),
                Err(error) => {
                    outcome = Outcome::Findings;
                    println!("  NO  {error:#}");
                    summary.push(format!("{} · {}: FAILED", plan.fleet, plan.layout));
                }
            }
        }
    }
    println!("\n{}", summary.join("\n"));
    Ok(outcome)
}

fn is_current(out: &Path, output: &Output) -> Result<bool> {
    let Some(plan) = output.plans.first() else { return Ok(true) };
    let report = sync::sync(out, &plan.fleet, &output.artifacts, Mode::Check)?;
    for name in [&report.missing, &report.changed, &report.stale, &report.foreign].into_iter().flatten() {
        println!("  NO  generated/{name} is not as it would be generated");
    }
    Ok(report.is_none())
}

fn prove(out: &Path, plan: &Plan, artifacts: &[Artifact]) -> Result<()> {
    let ok = |what: &str| println!("  ok  {what}");
    let mut stage = Stage::start(out, plan, artifacts, Shown::default())?;
    ok("compiles without warnings");
    let networked = plan.nodes.iter().filter(|node| node.status.is_some()).count();
    match &stage.broker {
        None => ok("needs no broker: no topic leaves its node"),
        Some(broker) => {
            ok("Mosquitto accepts the configuration and the access rules");
            match networked {
                0 => ok("no node needs the broker: no topic leaves its node"),
                1 => ok("the node is connected as itself, and says `online`"),
                count => ok(&format!("{count} nodes are connected, each as itself, and say `online`")),
            }
            if plan.security == Security::Open {
                println!("  --  security is open: strangers get in, by the fleet file's own word");
            } else {
                strangers(&stage, broker.port())?;
                ok(
                    "strangers stay out: anonymous, unknown user, wrong password, each node's name without its password",
                );
            }
        }
    }
    for step in smoke(&mut stage)? {
        ok(&step);
    }
    Ok(())
}

/// Tries to get in without a right to.
fn strangers(stage: &Stage, port: u16) -> Result<()> {
    let refused = |user: Option<(&str, &str)>, who: &str| {
        if watch::gets_in(port, user, "stranger")? {
            bail!("the broker lets {who} in");
        }
        Ok(())
    };
    refused(None, "anonymous clients")?;
    refused(Some(("stranger", "password")), "an unknown user")?;
    for user in stage.plan.users.iter().map(|user| user.name.as_str()).chain([OBSERVER]) {
        refused(Some((user, "wrong")), &format!("`{user}` with a wrong password"))?;
    }
    Ok(())
}

/// Presses, dims and switches everything that can be, and looks whether the right messages and pins follow.
fn smoke(stage: &mut Stage) -> Result<Vec<String>> {
    let mut steps = Vec::new();
    let roles = stage.plan.nodes.iter().flat_map(|node| node.roles.clone()).collect::<Vec<_>>();
    for role in roles {
        let payload = |stage: &Stage, id: TopicId| stage.plan.topics[id.0].payload.clone();
        let key = role.key.as_str();
        match role.kind {
            RoleKind::PushButton { publish, sends: Sends::Press, .. } => {
                let labels = payload(stage, publish).labels();
                let first = usize::from(payload(stage, publish) == Payload::Bit);
                for press in 0..2 {
                    let label = (first + press) % labels.len();
                    let mark = mark(stage);
                    stage.press(key)?;
                    follows(stage, publish, &labels[label], Some(label), mark)
                        .with_context(|| format!("pressed `{key}`"))?;
                }
                steps.push(format!("pressed `{key}` twice: {}", labels_of(&labels, first)));
            }
            RoleKind::PushButton { publish, sends: Sends::Level { labels: [released, pressed] }, .. } => {
                for (state, label) in [("pressed", pressed), ("released", released)] {
                    change(stage, key, state, publish, label)?;
                }
                steps.push(format!("pressed `{key}` and let it go"));
            }
            RoleKind::DigitalInput { publish, labels: [inactive, active], hold_ms, pull, active_high }
                if hold_ms <= LONGEST =>
            {
                // An input that is active by its pull is made inactive first.
                let starts_active = (pull == Pull::Up) == active_high;
                let order = if starts_active { [inactive, active] } else { [active, inactive] };
                for label in order {
                    let word = payload(stage, publish).labels()[usize::from(label)].clone();
                    change(stage, key, &word, publish, label)?;
                }
                steps.push(format!("switched `{key}` to and fro"));
            }
            RoleKind::AnalogInput { publish, ref map, every_ms, .. } if every_ms <= LONGEST => {
                let (Some((_, low)), Some((_, high))) = (map.first(), map.last()) else { continue };
                let payload = payload(stage, publish);
                for figure in [high, low] {
                    let (mark, text) = (mark(stage), spelled(&payload, *figure));
                    stage.set(key, &text)?;
                    follows(stage, publish, &text, None, mark).with_context(|| format!("set `{key}` to {text}"))?;
                }
                steps.push(format!("dimmed `{key}` to {} and {}", spelled(&payload, *high), spelled(&payload, *low)));
            }
            RoleKind::SerialLog { ref subscribe } => {
                for id in subscribe.clone() {
                    if prints(stage, key, id)? {
                        steps.push(format!("`{key}` printed a message of `{}`", stage.plan.topics[id.0].path));
                    }
                }
            }
            RoleKind::DigitalInput { .. } | RoleKind::AnalogInput { .. } => {
                steps.push(format!("left `{key}` alone: it takes longer than {} s to tell", LONGEST / 1_000));
            }
            RoleKind::SwitchOutput { .. } | RoleKind::Decision { .. } => {}
        }
    }
    Ok(steps)
}

fn labels_of(labels: &[String], first: usize) -> String {
    [0, 1].map(|press| format!("`{}`", labels[(first + press) % labels.len()])).join(", then ")
}

fn mark(stage: &Stage) -> usize {
    stage.observer.as_ref().map_or(0, |observer| observer.mark())
}

fn change(stage: &mut Stage, key: &str, state: &str, topic: TopicId, label: u8) -> Result<()> {
    let mark = mark(stage);
    let word = stage.plan.topics[topic.0].payload.labels()[usize::from(label)].clone();
    stage.set(key, state)?;
    follows(stage, topic, &word, Some(usize::from(label)), mark).with_context(|| format!("set `{key}` to {state}"))
}

/// The message is on the broker, and the switches that hear the topic have followed.
fn follows(stage: &Stage, id: TopicId, payload: &str, label: Option<usize>, mark: usize) -> Result<()> {
    if stage.on_broker(id) {
        stage.observer()?.expect(&stage.plan.topics[id.0].path, payload, mark, PATIENCE)?;
    }
    let roles = stage.plan.nodes.iter().flat_map(|node| &node.roles);
    for role in roles {
        if let (RoleKind::SwitchOutput { subscribe, on, .. }, Some(label)) = (&role.kind, label)
            && *subscribe == id
        {
            stage.expect_switch(&role.key, on[label])?;
        }
    }
    Ok(())
}

/// Publishes as a client that may, and looks at the log; `false`: no client may.
fn prints(stage: &Stage, key: &str, id: TopicId) -> Result<bool> {
    let topic = &stage.plan.topics[id.0];
    let client = stage.plan.clients.iter().find(|client| {
        let user = stage.plan.users.iter().find(|user| user.name == **client);
        user.is_some_and(|user| user.write.contains(&topic.path))
    });
    let (Some(client), Some(broker)) = (client, &stage.broker) else { return Ok(false) };
    let text = match &topic.payload {
        Payload::Text { max } => "test pub".chars().take(usize::from(*max)).collect(),
        Payload::Percent => "50".to_owned(),
        Payload::Number { min, .. } => spelled(&topic.payload, *min),
        Payload::OneOf(labels) => labels[0].clone(),
        Payload::Bit => "1".to_owned(),
    };
    let user = stage.password(client).map(|password| (client.as_str(), password));
    let watcher = watch::Watcher::start(broker.port(), user, &topic.path, None)?;
    let (place, _) = stage.role(key)?;
    let node = &stage.nodes[place];
    let mark = node.mark();
    watcher.publish(&topic.path, &text, false)?;
    let line = format!("log Received a message with topic '{}', length {} bytes: {text}", topic.path, text.len());
    node.expect(&line, mark, PATIENCE.max(Duration::from_secs(1)))?;
    Ok(true)
}
