//! `sim`: a fleet on this machine, to play with: messages as `mosquitto_sub -v` shows them, and a prompt.

use crate::cli::Outcome;
use crate::fleets;
use crate::nodes::On;
use crate::stage::{Shown, Stage};
use crate::sync::{self, Mode};
use anyhow::{Context, Result, bail};
use fleetwright_protocol::{Command, Report};
use std::io::BufRead;

const HELP: &str = "  press ROLE         press a button and let it go
  set ROLE VALUE     let the world change: `set sensor 12`, `set presence present`, `set button pressed`
  wifi NODE down|up  take the network away from a node, and give it back
  stop broker        as if somebody pulled its plug
  start broker       and plugged it in again
  nodes              who is there, and what is wired where
  help               this
  quit               stop everything; so does the end of input";

/// Runs a layout until the person quits.
pub fn run(fleet: &str, layout: Option<&str>, on: On) -> Result<Outcome> {
    let out = fleets::root().join("generated");
    let Some(output) = fleets::generate(&fleets::find_one(fleet)?, &out, None)? else { return Ok(Outcome::Findings) };
    let plan = match layout {
        None => output.plans.first(),
        Some(name) => output.plans.iter().find(|plan| plan.layout == name),
    };
    let Some(plan) = plan else {
        let known: Vec<&str> = output.plans.iter().map(|plan| plan.layout.as_str()).collect();
        bail!("there is no layout `{}`; there are: {}", layout.unwrap_or_default(), known.join(", "));
    };
    if !sync::sync(&out, &plan.fleet, &output.artifacts, Mode::Check)?.is_none() {
        bail!("generated/{} is not current; run `cargo xtask gen {fleet}`", plan.fleet);
    }
    println!("{} · {}: building and starting {} nodes", plan.fleet, plan.layout, plan.nodes.len());
    let shown = Shown {
        message: Some(|message| {
            println!("{} {}{}", message.topic, message.payload, if message.retained { "  (retained)" } else { "" })
        }),
        line: Some(|node, line| {
            if line != Report::Ready.to_string() {
                println!("[{node}] {line}");
            }
        }),
    };
    let mut stage = Stage::start_on(on, &out, plan, &output.artifacts, shown)?;
    match &stage.broker {
        Some(broker) => {
            println!("running; the broker listens on {}; `help` says what you can do", broker.addresses().join(", "))
        }
        None => println!("running, without a broker: no topic leaves its node; `help` says what you can do"),
    }
    for line in std::io::stdin().lock().lines() {
        let line = line.context("reading what you typed")?;
        match obey(&mut stage, &line) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => println!("  {error:#}"),
        }
    }
    Ok(Outcome::Fine)
}

/// Does what a line says; `false`: the person wants to stop.
fn obey(stage: &mut Stage, line: &str) -> Result<bool> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [] => {}
        ["quit" | "exit"] => return Ok(false),
        ["help"] => println!("{HELP}"),
        ["nodes"] => print_nodes(stage),
        ["press", role] => stage.press(role)?,
        ["set", role, value @ ..] if !value.is_empty() => stage.set(role, &value.join(" "))?,
        ["wifi", node, state @ ("down" | "up")] => {
            let place = stage.plan.nodes.iter().position(|planned| planned.name == *node);
            let place = place.with_context(|| format!("there is no node `{node}`"))?;
            stage.nodes[place].send(Command::Wifi(*state == "up"))?;
        }
        ["stop", "broker"] => stage.broker.as_mut().context("this layout has no broker")?.stop(0)?,
        ["start", "broker"] => stage.broker.as_mut().context("this layout has no broker")?.start_again()?,
        _ => bail!("`{line}` is no command; `help` lists them"),
    }
    Ok(true)
}

fn print_nodes(stage: &Stage) {
    for node in &stage.plan.nodes {
        let roles = node.roles.iter().map(|role| {
            let several = role.pins.iter().map(|(name, pin)| format!("{name} {}", pin.label));
            let pins: Vec<String> = role.pin.iter().map(|pin| pin.label.clone()).chain(several).collect();
            if pins.is_empty() { role.key.clone() } else { format!("{} on {}", role.key, pins.join(", ")) }
        });
        println!("  {} ({}): {}", node.name, node.board, roles.collect::<Vec<_>>().join(", "));
    }
}
