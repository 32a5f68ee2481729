//! `gen`: fleet files become firmware, broker files and a topology.

use super::findings;
use crate::outcome::Outcome;
use anyhow::Result;
use fleetwright_generator::Output;
use project::sync::{self, Differences, Mode};
use project::{fleets, generated, root};
use std::path::{Path, PathBuf};

/// Generate firmware, broker files and topology
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Gen {
    /// Names in fleets/ or paths; none: all of fleets/
    pub fleets: Vec<String>,
    /// This layout alone
    #[arg(long)]
    pub layout: Option<String>,
    /// Where to, instead of generated/
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// Write nothing; fail if something is not as it would be generated
    #[arg(long, conflicts_with = "dry_run")]
    pub check: bool,
    /// Write nothing; show what would be written
    #[arg(long)]
    pub dry_run: bool,
}

impl Gen {
    /// Generates fleets. Every fleet is made in memory first; one with errors writes nothing.
    pub fn run(self) -> Result<Outcome> {
        let folder = self.out.clone().unwrap_or_else(generated);
        let mut made = Vec::new();
        let mut outcome = Outcome::Fine;
        for path in fleets::find(&self.fleets)? {
            match findings::output(fleets::generate(&path, &folder, self.layout.as_deref())?) {
                Some(output) => made.push((path, output)),
                None => outcome = Outcome::Findings,
            }
        }
        for (path, output) in made {
            if self.sync(&folder, &path, &output)? == Outcome::Findings {
                outcome = Outcome::Findings;
            }
        }
        Ok(outcome)
    }

    fn mode(&self) -> Mode {
        match (self.check, self.dry_run) {
            (true, _) => Mode::Check,
            (_, true) => Mode::DryRun,
            _ => Mode::Write,
        }
    }

    /// Brings one fleet to its folder, or compares it, and prints what that did.
    fn sync(&self, folder: &Path, path: &Path, output: &Output) -> Result<Outcome> {
        let Some(plan) = output.plans.first() else { return Ok(Outcome::Fine) };
        let (mode, shown) = (self.mode(), self.out.as_deref().unwrap_or(Path::new("generated")).display().to_string());
        let differences = sync::sync(folder, &plan.fleet, &output.artifacts, mode)?;
        print(&plan.fleet, &shown, &differences, mode);
        if mode == Mode::Write {
            for file in sync::add(fleets::folder(path), &output.stubs)? {
                let root = root();
                let file = file.strip_prefix(&root).unwrap_or(&file);
                println!("  wrote {}: a first version, yours from now on", file.display());
            }
        }
        if mode != Mode::Check || differences.is_none() {
            return Ok(Outcome::Fine);
        }
        let elsewhere = self.out.as_ref().map(|out| format!(" --out {}", out.display())).unwrap_or_default();
        let remedy = format!("cargo xtask gen {}{elsewhere}", fleets::name_or_path(path));
        println!("  to mend it, run `{remedy}`; what is to stay belongs into {}", plan.source_path);
        Ok(Outcome::Findings)
    }
}

fn print(fleet: &str, folder: &str, differences: &Differences, mode: Mode) {
    if differences.is_none() {
        println!("{fleet}: {} files in {folder}/{fleet}, all current", differences.equal);
        return;
    }
    if mode == Mode::Write {
        println!(
            "{fleet}: wrote {} files in {folder}/{fleet}, removed {}, {} were current",
            differences.to_write(),
            differences.stale.len(),
            differences.equal
        );
    } else {
        let [missing, changed, stale] = if mode == Mode::Check {
            ["missing:", "differs:", "no longer generated:"]
        } else {
            ["would write", "would change", "would remove"]
        };
        println!("{fleet}: {folder}/{fleet} is not as it would be generated");
        for (label, names) in
            [(missing, &differences.missing), (changed, &differences.changed), (stale, &differences.stale)]
        {
            names.iter().for_each(|name| println!("  {label} {folder}/{name}"));
        }
    }
    differences
        .foreign
        .iter()
        .for_each(|name| println!("  not ours: {folder}/{name} (delete it, or keep it elsewhere)"));
}
