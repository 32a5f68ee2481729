//! Artifacts against a folder: the only place that writes generated files. Knows nothing of what is in them.
//!
//! What is equal is never touched, so that its time stays and Cargo has nothing to do. A file is complete or it is the
//! old one: it is written beside its place and then renamed. What an older manifest names and nothing claims any more
//! is removed; what we did not make is named and left alone.

use crate::manifest;
use anyhow::{Context, Result, bail};
use fleetwright_generator::{Artifact, Output};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What may be done to the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Make it what it should be.
    Write,
    /// Report what differs, and that this is wrong.
    Check,
    /// Report what would be written.
    DryRun,
}

/// How a folder differs from the artifacts (or differed, with [`Mode::Write`]); paths below the folder, ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Files that were generated and are not in the folder.
    pub missing: Vec<String>,
    /// Files in the folder with another content.
    pub changed: Vec<String>,
    /// We made it once, and nothing claims it any more.
    pub stale: Vec<String>,
    /// Files in the folder that were never generated.
    pub foreign: Vec<String>,
    /// As it should be.
    pub equal: usize,
}

impl Differences {
    /// Whether the folder is what `gen` makes, and nothing else.
    pub fn is_none(&self) -> bool {
        self.to_write() == 0 && self.stale.is_empty() && self.foreign.is_empty()
    }

    /// The files that are not as they should be, whatever is wrong with them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.missing, &self.changed, &self.stale, &self.foreign].into_iter().flatten().map(String::as_str)
    }

    /// How many files have to be written.
    pub fn to_write(&self) -> usize {
        self.missing.len() + self.changed.len()
    }
}

/// Compares the artifacts of one fleet with `out`, and with [`Mode::Write`] makes them equal.
///
/// The manifest among the artifacts names all files of the fleet; one that it names and that is not among the artifacts
/// belongs to a layout that was not asked for, and is left as it is.
pub fn sync(out: &Path, fleet: &str, artifacts: &[Artifact], mode: Mode) -> Result<Differences> {
    let manifest_path = format!("{fleet}/manifest.json");
    let claimed: BTreeSet<String> = artifacts
        .iter()
        .flat_map(|artifact| {
            let named =
                if artifact.path == manifest_path { manifest::files(&artifact.text, fleet) } else { BTreeSet::new() };
            named.into_iter().chain([artifact.path.clone()])
        })
        .collect();
    let before = fs::read_to_string(out.join(&manifest_path)).unwrap_or_default();
    let ours = manifest::files(&before, fleet);
    let mut differences = Differences::default();
    for path in files_below(out, fleet)? {
        if claimed.contains(&path) {
            continue;
        }
        let list = if ours.contains(&path) { &mut differences.stale } else { &mut differences.foreign };
        list.push(path);
    }
    // The manifest comes last: if we are interrupted the old one still names what we made.
    let (last, first): (Vec<_>, Vec<_>) = artifacts.iter().partition(|artifact| artifact.path == manifest_path);
    for artifact in first.into_iter().chain(last) {
        let path = out.join(&artifact.path);
        let metadata = fs::symlink_metadata(&path);
        if metadata.as_ref().is_ok_and(fs::Metadata::is_dir) {
            bail!("{} is a folder, where a generated file belongs; move it away", path.display());
        }
        if metadata.as_ref().is_ok_and(fs::Metadata::is_file)
            && fs::read(&path).is_ok_and(|text| text == artifact.text.as_bytes())
        {
            differences.equal += 1;
            continue;
        }
        let list = if metadata.is_ok() { &mut differences.changed } else { &mut differences.missing };
        list.push(artifact.path.clone());
        if mode == Mode::Write {
            write(&path, &artifact.text, 0o644)?;
        }
    }
    if mode == Mode::Write {
        for path in &differences.stale {
            remove(out, path)?;
        }
    }
    Ok(differences)
}

/// How the files of a fleet differ from what was generated; a fleet without layouts has none.
///
/// # Errors
///
/// The folder can't be read.
pub fn differences(out: &Path, output: &Output) -> Result<Differences> {
    match output.plans.first() {
        Some(plan) => sync(out, &plan.fleet, &output.artifacts, Mode::Check),
        None => Ok(Differences::default()),
    }
}

/// Makes sure that the files of a fleet are what was generated; `name` is what `cargo xtask gen` knows the fleet by.
///
/// # Errors
///
/// They are not.
pub fn require_current(out: &Path, output: &Output, name: &str) -> Result<()> {
    if !differences(out, output)?.is_none() {
        let fleet = output.plans.first().map_or("", |plan| plan.fleet.as_str());
        bail!("generated/{fleet} is not current; run `cargo xtask gen {name}`");
    }
    Ok(())
}

/// Writes the files that are not there yet, and reports which; one that is there belongs to somebody and stays as it
/// is.
pub fn add(folder: &Path, files: &[Artifact]) -> Result<Vec<PathBuf>> {
    let mut added = Vec::new();
    for file in files {
        let path = folder.join(&file.path);
        if fs::symlink_metadata(&path).is_err() {
            write(&path, &file.text, 0o644)?;
            added.push(path);
        }
    }
    Ok(added)
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, text: &str, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let folder = path.parent().unwrap_or(Path::new("."));
    let attempt = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".fleetwright-").permissions(fs::Permissions::from_mode(mode));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    attempt().with_context(|| format!("cannot write {}", path.display()))
}

fn remove(out: &Path, path: &str) -> Result<()> {
    let file = out.join(path);
    fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    // Folders that are empty now go too; one that is not can't be removed, and that ends it.
    let mut folder = file.parent().map(Path::to_path_buf);
    while let Some(empty) = folder.filter(|folder| folder != out && fs::remove_dir(folder).is_ok()) {
        folder = empty.parent().map(Path::to_path_buf);
    }
    Ok(())
}

/// All files below `out/<fleet>`, as paths below `out`. What Cargo leaves there when a person builds is nobody's.
fn files_below(out: &Path, fleet: &str) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut folders = vec![PathBuf::from(fleet)];
    while let Some(folder) = folders.pop() {
        let path = out.join(&folder);
        let entries = match fs::read_dir(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("cannot read {}", path.display()))?,
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot read {}", path.display()))?;
            let below = folder.join(entry.file_name());
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            match entry.file_name().to_str() {
                Some("target") if is_folder => {}
                Some("Cargo.lock") => {}
                _ if is_folder => folders.push(below),
                _ => drop(found.insert(below.to_string_lossy().into_owned())),
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
