//! `gen`: fleet files become firmware, broker files and a topology.

use crate::cli::Outcome;
use anyhow::Result;
use project::fleets;
use project::sync::{self, Differences, Mode};
use std::path::Path;

/// Generates fleets. Every fleet is made in memory first; one with errors writes nothing.
pub fn run(words: &[String], layout: Option<&str>, out: Option<&Path>, mode: Mode) -> Result<Outcome> {
    let folder = out.map_or_else(|| fleets::root().join("generated"), Path::to_owned);
    let shown = out.map_or_else(|| "generated".to_owned(), |out| out.display().to_string());
    let mut made = Vec::new();
    let mut outcome = Outcome::Fine;
    for path in fleets::find(words)? {
        match fleets::generate(&path, &folder, layout)? {
            Some(output) => made.push((path, output)),
            None => outcome = Outcome::Findings,
        }
    }
    for (path, output) in made {
        let Some(plan) = output.plans.first() else { continue };
        let report = sync::sync(&folder, &plan.fleet, &output.artifacts, mode)?;
        print_report(&plan.fleet, &shown, &report, mode);
        if mode == Mode::Write {
            for file in sync::add(fleets::folder(&path), &output.stubs)? {
                let root = fleets::root();
                let file = file.strip_prefix(&root).unwrap_or(&file);
                println!("  wrote {}: a first version, yours from now on", file.display());
            }
        }
        if mode == Mode::Check && !report.is_none() {
            let mut remedy = format!("cargo xtask gen {}", name_or_path(&path));
            if let Some(out) = out {
                remedy += &format!(" --out {}", out.display());
            }
            println!("  to mend it, run `{remedy}`; what is to stay belongs into {}", plan.source_path);
            outcome = Outcome::Findings;
        }
    }
    Ok(outcome)
}

fn name_or_path(path: &Path) -> String {
    let in_fleets = path.parent() == Some(&fleets::root().join("fleets"));
    let name = if in_fleets { path.file_stem() } else { Some(path.as_os_str()) };
    name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn print_report(fleet: &str, folder: &str, report: &Differences, mode: Mode) {
    if report.is_none() {
        println!("{fleet}: {} files in {folder}/{fleet}, all current", report.equal);
        return;
    }
    if mode == Mode::Write {
        println!(
            "{fleet}: wrote {} files in {folder}/{fleet}, removed {}, {} were current",
            report.to_write(),
            report.stale.len(),
            report.equal
        );
    } else {
        let [missing, changed, stale] = if mode == Mode::Check {
            ["missing:", "differs:", "no longer generated:"]
        } else {
            ["would write", "would change", "would remove"]
        };
        println!("{fleet}: {folder}/{fleet} is not as it would be generated");
        for (word, names) in [(missing, &report.missing), (changed, &report.changed), (stale, &report.stale)] {
            names.iter().for_each(|name| println!("  {word} {folder}/{name}"));
        }
    }
    report.foreign.iter().for_each(|name| println!("  not ours: {folder}/{name} (delete it, or keep it elsewhere)"));
}
