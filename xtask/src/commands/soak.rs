//! `soak`: many copies of a fleet in one process, a real broker that restarts, links that are cut; nothing may be lost.

use super::findings;
use crate::outcome::Outcome;
use anyhow::{Context, Result};
use fleetwright_protocol::load::Figure;
use lab::soak::{Load, Measured, soak};
use project::fleets;
use project::sync::{Mode, sync};

/// How many faults are listed one by one.
const LISTED: usize = 20;

/// Run many copies of a fleet against a real broker that restarts, with links that are cut
#[derive(Clone, Debug, clap::Args)]
pub struct Soak {
    /// A name in fleets/ or a path
    pub fleet: String,
    /// How many nodes: the layout is copied until there are so many
    #[arg(long, default_value = "100", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub nodes: u32,
    /// For how long, like `60s` or `2min`
    #[arg(long = "for", default_value = "20s", value_name = "T", value_parser = seconds)]
    pub time: u64,
    /// How often the broker is restarted meanwhile
    #[arg(long, default_value = "2")]
    pub restarts: u32,
    /// How many links are cut meanwhile
    #[arg(long, default_value = "20")]
    pub cuts: u32,
    /// Decides what chance decides
    #[arg(long, default_value = "1")]
    pub seed: u64,
    /// Which layout; the first, if not named
    #[arg(long)]
    pub layout: Option<String>,
}

impl Soak {
    /// Runs the load test and prints its figures.
    pub fn run(self) -> Result<Outcome> {
        let folder = tempfile::tempdir().context("making a folder")?;
        let path = fleets::find_one(&self.fleet)?;
        let Some(output) = findings::output(fleets::generate(&path, folder.path(), None)?) else {
            return Ok(Outcome::Findings);
        };
        let plan = output.layout(self.layout.as_deref())?;
        sync(folder.path(), &plan.fleet, &output.artifacts, Mode::Write)?;
        println!(
            "{} · {}: {} nodes for {} s, {} restarts of the broker, {} cut links, seed {}",
            plan.fleet, plan.layout, self.nodes, self.time, self.restarts, self.cuts, self.seed
        );
        let load = Load {
            nodes: self.nodes as usize,
            seconds: self.time,
            restarts: self.restarts,
            cuts: self.cuts,
            seed: self.seed,
        };
        let measured = soak(folder.path(), plan, &output.artifacts, load)?;
        print(&measured);
        Ok(verdict(&measured))
    }
}

fn print(measured: &Measured) {
    let get = |figure| measured.figures.get(figure);
    let ms = |figure| measured.figures.get(figure) as f64 / 1_000.0;
    println!("  messages   {} published, {} received", get(Figure::Published), get(Figure::Received));
    println!("  QoS 1      {} events to arrive, in order", get(Figure::Events));
    if get(Figure::Dropped) > 0 {
        println!(
            "  outbox     {} times full: the oldest message left it without its acknowledgement",
            get(Figure::Dropped)
        );
    }
    println!(
        "  states     {} to converge; all right {} ms after the end",
        get(Figure::States),
        get(Figure::RestMilliseconds)
    );
    println!("  faults     {} broker restarts, {} links cut", measured.restarts, get(Figure::Cuts));
    println!(
        "  latency    p50 {} ms, p90 {} ms, p99 {} ms, p99.9 {} ms, max {} ms, of {} messages",
        ms(Figure::P50Microseconds),
        ms(Figure::P90Microseconds),
        ms(Figure::P99Microseconds),
        ms(Figure::P999Microseconds),
        ms(Figure::MaxMicroseconds),
        get(Figure::Timed)
    );
    println!("  memory     {:.1} KiB a node", get(Figure::MemoryBytes) as f64 / 1_024.0);
}

fn verdict(measured: &Measured) -> Outcome {
    let away = measured.figures.get(Figure::Away);
    if measured.wrong.is_empty() && away == 0 {
        println!("  ok  nothing lost, everything converged");
        return Outcome::Fine;
    }
    if away > 0 {
        println!("  NO  {away} nodes did not come back");
    }
    measured.wrong.iter().take(LISTED).for_each(|wrong| println!("  NO  {wrong}"));
    if measured.wrong.len() > LISTED {
        println!("  NO  … and {} more", measured.wrong.len() - LISTED);
    }
    Outcome::Findings
}

/// Reads `60s`, `2min`, `1h` or a number of seconds.
fn seconds(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "" | "s" => 1,
        "min" => 60,
        "h" => 3_600,
        _ => return Err("a time is like `60s` or `2min`".into()),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    seconds.filter(|seconds| (1..=86_400).contains(seconds)).ok_or("a time is from 1s to 24h".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(seconds("60s"), Ok(60));
        assert_eq!(seconds("2min"), Ok(120));
        assert_eq!(seconds("5"), Ok(5));
        assert!(seconds("0s").is_err() && seconds("soon").is_err() && seconds("99h").is_err());
    }
}
