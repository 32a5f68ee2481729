//! `test FLEET`: plays the scenarios of a fleet file; `verify` plays them too.

use crate::cli::Outcome;
use anyhow::{Context, Result, bail};
use fleetwright_generator::Artifact;
use fleetwright_generator::plan::Plan;
use lab::nodes::On;
use lab::scenario::junit::{self, Suite};
use lab::scenario::{ScenarioOutcome, ScenarioRun, ScenarioRunner, timeline};
use project::fleets;
use project::sync::{self, Mode};
use std::path::{Path, PathBuf};

/// What `test FLEET` is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Wishes {
    /// Play the scenarios of this fleet, a name in fleets/ or a path; without it: every check and every test there is
    pub fleet: Option<String>,
    /// Only scenarios whose name contains this
    pub name: Option<String>,
    /// What the nodes run on
    #[arg(long, value_enum, default_value = "host", requires = "fleet")]
    pub on: On,
    /// This layout alone
    #[arg(long, requires = "fleet")]
    pub layout: Option<String>,
    /// Decides what chance decides: back-off, lost packets, garbage
    #[arg(long, default_value = "1", requires = "fleet")]
    pub seed: u64,
    /// Play each scenario so often with the same seed, and fail if two transcripts differ
    #[arg(long, default_value = "1", requires = "fleet", value_parser = clap::value_parser!(u32).range(1..))]
    pub times: u32,
    /// Show the transcript of every scenario, not only of those that fail
    #[arg(long, requires = "fleet")]
    pub transcript: bool,
    /// Write the results as JUnit XML
    #[arg(long, requires = "fleet", value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Draw a picture of each scenario into this folder
    #[arg(long, requires = "fleet", value_name = "DIR")]
    pub timeline: Option<PathBuf>,
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            fleet: None,
            name: None,
            on: On::Host,
            layout: None,
            seed: 1,
            times: 1,
            transcript: false,
            junit: None,
            timeline: None,
        }
    }
}

/// Plays the scenarios of a fleet.
pub fn run(fleet: &str, wishes: &Wishes) -> Result<Outcome> {
    let out = fleets::root().join("generated");
    let path = fleets::find_one(fleet)?;
    let Some(output) = fleets::generate(&path, &out, None)? else { return Ok(Outcome::Findings) };
    let first = output.plans.first().context("a fleet without layouts")?;
    let plans = fleets::layouts(&output, wishes.layout.as_deref())?;
    let names = || first.scenarios.iter().map(|scenario| scenario.name.as_str());
    if names().next().is_none() {
        bail!("{} has no `scenarios:`; README.md shows how they are written", first.source_path);
    }
    if let Some(name) = wishes.name.as_ref().filter(|name| !names().any(|known| known.contains(name.as_str()))) {
        bail!(
            "no scenario of {} has `{name}` in its name; there are:\n  {}",
            first.fleet,
            names().collect::<Vec<_>>().join("\n  ")
        );
    }
    if !sync::sync(&out, &first.fleet, &output.artifacts, Mode::Check)?.is_none() {
        bail!("generated/{} is not current; run `cargo xtask gen {fleet}`", first.fleet);
    }
    let mut suites = Vec::new();
    let mut outcome = Outcome::Fine;
    for plan in plans {
        println!("{} · {}", plan.fleet, plan.layout);
        let played = play(&out, plan, &output.artifacts, wishes)?;
        if played.iter().any(|played| matches!(played.outcome, ScenarioOutcome::Failed(_))) {
            outcome = Outcome::Findings;
        }
        if let Some(folder) = &wishes.timeline {
            draw(folder, plan, &played)?;
        }
        suites.push(Suite { plan, runs: played });
    }
    if let Some(file) = &wishes.junit {
        std::fs::write(file, junit::xml(&suites)).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(outcome)
}

/// Plays the scenarios of a layout, a line for each, and the report of each that fails.
pub fn play(out: &Path, plan: &Plan, artifacts: &[Artifact], wishes: &Wishes) -> Result<Vec<ScenarioRun>> {
    let wanted =
        |place: &usize| wishes.name.as_ref().is_none_or(|name| plan.scenarios[*place].name.contains(name.as_str()));
    let places: Vec<usize> = (0..plan.scenarios.len()).filter(wanted).collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let mut runner = ScenarioRunner::start(wishes.on, out, plan, artifacts)?;
    let mut all = Vec::new();
    for place in places {
        let mut played = runner.run(place, wishes.seed).with_context(|| plan.scenarios[place].name.clone())?;
        for time in 1..wishes.times {
            let again = runner.run(place, wishes.seed).with_context(|| plan.scenarios[place].name.clone())?;
            played.took += again.took;
            if again.transcript != played.transcript {
                let (first, other) = (played.transcript.text(plan), again.transcript.text(plan));
                bail!("`{}` differs in run {} of one seed:\n{}", played.name, time + 1, difference(&first, &other));
            }
        }
        println!("  {}", played.line());
        let report = played.report(plan);
        if !report.is_empty() {
            print!("{}", indented(&report));
        } else if wishes.transcript {
            print!("{}", indented(&played.transcript.text(plan)));
        }
        all.push(played);
    }
    if wishes.times > 1 {
        println!("  ok  each played {} times with seed {}: identical transcripts", wishes.times, wishes.seed);
    }
    Ok(all)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("      {line}\n")).collect()
}

/// The first lines that differ.
fn difference(first: &str, other: &str) -> String {
    let lines = first
        .lines()
        .map(Some)
        .chain(std::iter::repeat(None))
        .zip(other.lines().map(Some).chain(std::iter::repeat(None)));
    let differs = lines.take_while(|(a, b)| a.is_some() || b.is_some()).find(|(a, b)| a != b);
    let (a, b) = differs.unwrap_or_default();
    format!("- {}\n+ {}", a.unwrap_or("(the end)"), b.unwrap_or("(the end)"))
}

fn draw(folder: &Path, plan: &Plan, played: &[ScenarioRun]) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for (number, played) in played.iter().enumerate() {
        let name = format!("{}-{}-{:02}-{}.svg", plan.fleet, plan.layout, number + 1, slug(&played.name));
        let file = folder.join(name);
        std::fs::write(&file, timeline::svg(played, plan)).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}

/// A name for a file.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-").chars().take(60).collect()
}
