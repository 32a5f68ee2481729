//! `soak`: many copies of a fleet in one process, a real broker that restarts, links that are cut; nothing may be lost.

use crate::cli::Outcome;
use crate::fleets;
use crate::soak::{self, Load};
use anyhow::{Context, Result, bail};
use fleetwright_protocol::load::Figure;

/// What `soak` is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Wishes {
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

/// Runs the load test and prints its figures.
pub fn run(wishes: &Wishes) -> Result<Outcome> {
    let folder = tempfile::tempdir().context("making a folder")?;
    let path = fleets::find_one(&wishes.fleet)?;
    let Some(output) = fleets::generate(&path, folder.path(), None)? else { return Ok(Outcome::Findings) };
    let named = |name: &String| output.plans.iter().find(|plan| plan.layout == *name);
    let Some(plan) = wishes.layout.as_ref().map_or(output.plans.first(), named) else {
        let known: Vec<&str> = output.plans.iter().map(|plan| plan.layout.as_str()).collect();
        bail!("there is no such layout; there are: {}", known.join(", "));
    };
    crate::sync::sync(folder.path(), &plan.fleet, &output.artifacts, crate::sync::Mode::Write)?;
    println!(
        "{} · {}: {} nodes for {} s, {} restarts of the broker, {} cut links, seed {}",
        plan.fleet, plan.layout, wishes.nodes, wishes.time, wishes.restarts, wishes.cuts, wishes.seed
    );
    let load = Load {
        nodes: wishes.nodes as usize,
        seconds: wishes.time,
        restarts: wishes.restarts,
        cuts: wishes.cuts,
        seed: wishes.seed,
    };
    let measured = soak::soak(folder.path(), plan, &output.artifacts, load)?;
    print_figures(&measured);
    Ok(print_verdict(&measured))
}

fn print_figures(measured: &soak::Outcome) {
    let get = |figure| measured.figures.get(figure);
    let ms = |figure| measured.figures.get(figure) as f64 / 1_000.0;
    println!("  messages   {} said, {} heard", get(Figure::Published), get(Figure::Received));
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

fn print_verdict(measured: &soak::Outcome) -> Outcome {
    let away = measured.figures.get(Figure::Away);
    if measured.wrong.is_empty() && away == 0 {
        println!("  ok  nothing lost, everything converged");
        return Outcome::Fine;
    }
    if away > 0 {
        println!("  NO  {away} nodes did not come back");
    }
    let shown = 20;
    measured.wrong.iter().take(shown).for_each(|wrong| println!("  NO  {wrong}"));
    if measured.wrong.len() > shown {
        println!("  NO  … and {} more", measured.wrong.len() - shown);
    }
    Outcome::Findings
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
