//! `sim`: a fleet on this machine, to play with: messages as `mosquitto_sub -v` shows them, and a prompt.

use super::arguments::NodePlatform;
use super::findings;
use crate::outcome::Outcome;
use anyhow::{Context, Result, bail};
use broker::watch::Message;
use fleetwright_protocol::{Command, Report};
use lab::layout::{Callbacks, RunningLayout};
use project::{generated, sync};
use std::io::BufRead;

const HELP: &str = "  press ROLE         press a button and let it go
  set ROLE VALUE     let the world change: `set sensor 12`, `set presence present`, `set button pressed`
  wifi NODE down|up  take the network away from a node, and give it back
  stop broker        as if somebody pulled its plug
  start broker       and plugged it in again
  nodes              who is there, and what is wired where
  help               this
  quit               stop everything; so does the end of input";

/// Run a fleet on this machine and play with it
#[derive(Clone, Debug, clap::Args)]
pub struct Sim {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// Which layout; the first, if not named
    #[arg(long)]
    pub layout: Option<String>,
    /// What the nodes run on
    #[arg(long, value_enum, default_value = "host")]
    pub on: NodePlatform,
}

impl Sim {
    /// Runs a layout until the person quits.
    pub fn run(self) -> Result<Outcome> {
        let Some(output) = findings::generate(&self.fleet, None)? else { return Ok(Outcome::Findings) };
        let plan = output.layout(self.layout.as_deref())?;
        sync::require_current(&generated(), &output, &self.fleet)?;
        println!("{} · {}: building and starting {} nodes", plan.fleet, plan.layout, plan.nodes.len());
        let callbacks = Callbacks { message: Some(print_message), line: Some(print_line) };
        let mut running = RunningLayout::start_on(self.on.into(), &generated(), plan, &output.artifacts, callbacks)?;
        match &running.broker {
            Some(broker) => {
                println!(
                    "running; the broker listens on {}; `help` lists what you can do",
                    broker.addresses().join(", ")
                )
            }
            None => println!("running, without a broker: no topic leaves its node; `help` lists what you can do"),
        }
        for line in std::io::stdin().lock().lines() {
            let line = line.context("reading what you typed")?;
            match obey(&mut running, &line) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => println!("  {error:#}"),
            }
        }
        Ok(Outcome::Fine)
    }
}

fn print_message(message: &Message) {
    println!("{} {}{}", message.topic, message.payload, if message.retained { "  (retained)" } else { "" });
}

fn print_line(node: &str, line: &str) {
    if line != Report::Ready.to_string() {
        println!("[{node}] {line}");
    }
}

/// Executes a line; `false`: the person wants to stop.
fn obey(running: &mut RunningLayout, line: &str) -> Result<bool> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        [] => {}
        ["quit" | "exit"] => return Ok(false),
        ["help"] => println!("{HELP}"),
        ["nodes"] => print_nodes(running),
        ["press", role] => running.press(role)?,
        ["set", role, value @ ..] if !value.is_empty() => running.set(role, &value.join(" "))?,
        ["wifi", node, state @ ("down" | "up")] => {
            let index = running.plan.nodes.iter().position(|planned| planned.name == *node);
            let index = index.with_context(|| format!("there is no node `{node}`"))?;
            running.nodes[index].send(Command::Wifi(*state == "up"))?;
        }
        ["stop", "broker"] => running.broker.as_mut().context("this layout has no broker")?.stop(0)?,
        ["start", "broker"] => running.broker.as_mut().context("this layout has no broker")?.start_again()?,
        _ => bail!("`{line}` is no command; `help` lists them"),
    }
    Ok(true)
}

fn print_nodes(running: &RunningLayout) {
    for node in &running.plan.nodes {
        let roles = node.roles.iter().map(|role| {
            let several = role.pins.iter().map(|(name, pin)| format!("{name} {}", pin.label));
            let pins: Vec<String> = role.pin.iter().map(|pin| pin.label.clone()).chain(several).collect();
            if pins.is_empty() { role.key.clone() } else { format!("{} on {}", role.key, pins.join(", ")) }
        });
        println!("  {} ({}): {}", node.name, node.board, roles.collect::<Vec<_>>().join(", "));
    }
}
