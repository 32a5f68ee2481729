//! A fleet file as the generator takes it: its text with what it includes, and the names of the fleets beside it.

use super::find::{folder, is_secret, is_yaml};
use crate::root;
use anyhow::{Context, Result};
use fleetwright_generator::diag::{Diagnostic, Severity};
use fleetwright_generator::model::Fleet;
use fleetwright_generator::syntax::{self, Wanted};
use fleetwright_generator::text::{Position, Source};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Findings, and the text in which they point to places.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The fleet file, with what it includes.
    pub source: Source,
    /// The findings, in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
}

impl Findings {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// A fleet file that was read.
#[derive(Clone, Debug)]
pub enum Reading {
    /// It is text, ready for the generator.
    Text(Source),
    /// It is not; the findings are about the file itself, with as much of it as can be shown.
    NoText(Findings),
}

/// A fleet file that was read and checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Errors, or the warnings beside a fleet.
    pub findings: Findings,
    /// What the file means; `None`: it has errors.
    pub fleet: Option<Fleet>,
}

/// Reads and checks a fleet file; generates nothing.
///
/// # Errors
///
/// The file can't be read. What is wrong with its text is among the findings.
pub fn check(path: &Path) -> Result<Checked> {
    Ok(match read(path)? {
        Reading::Text(source) => check_source(source),
        Reading::NoText(findings) => Checked { findings, fleet: None },
    })
}

/// Checks a text that is in memory.
pub fn check_source(source: Source) -> Checked {
    let (fleet, diagnostics) = match fleetwright_generator::check(&source) {
        Ok((fleet, warnings)) => (Some(fleet), warnings),
        Err(errors) => (None, errors.0),
    };
    Checked { findings: Findings { source, diagnostics }, fleet }
}

/// Reads a fleet file and the files that it includes.
///
/// # Errors
///
/// The file can't be read.
pub fn read(path: &Path) -> Result<Reading> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    Ok(match Source::from_bytes(&shown(path), &bytes) {
        Ok(mut source) => {
            include(&mut source, folder(path));
            source.neighbours = neighbours(path);
            Reading::Text(source)
        }
        Err((source, diagnostics)) => Reading::NoText(Findings { source, diagnostics: diagnostics.0 }),
    })
}

/// The fleets of the files beside this one. A file that can't be read is somebody else's finding.
fn neighbours(path: &Path) -> Vec<(String, Position)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder(path)).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let others = files.iter().filter(|file| is_yaml(file) && !is_secret(file));
    let others = others.filter(|file| file.file_name() != path.file_name());
    others.filter_map(|file| Source::from_bytes(&shown(file), &std::fs::read(file).ok()?).ok()?.fleet()).collect()
}

/// Adds the files that a fleet file includes, and those that they include.
fn include(source: &mut Source, root: &Path) {
    // The folders of the files, in the order of the source's files.
    let mut folders = vec![root.to_owned()];
    loop {
        let wanted = syntax::wanted(source);
        if wanted.is_empty() {
            return;
        }
        for Wanted { written, path, span } in wanted {
            let index = source.files().take_while(|(_, file)| file.start <= span.start).count() - 1;
            let file = folders[index].join(written);
            let text = included(&file, &path);
            source.include(&path, span, text.as_deref().map_err(Clone::clone));
            folders.push(folder(&file).to_owned());
        }
    }
}

/// The text of an included file, or why there is none.
fn included(file: &Path, path: &str) -> std::result::Result<String, String> {
    match std::fs::read(file) {
        Ok(_) if is_secret(file) => Err("it holds secrets; write `!secret name` where one of them belongs".to_owned()),
        Ok(bytes) => match Source::from_bytes(path, &bytes) {
            Ok(included) => Ok(included.text),
            Err((_, findings)) => Err(findings.0.into_iter().map(|finding| finding.message).collect()),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Err("there is no such file".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// The path as messages and generated files show it: from the project's folder, if it lies there.
fn shown(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let root = root().canonicalize().unwrap_or_else(|_| root());
    match full.strip_prefix(&root) {
        Ok(inside) => inside.to_string_lossy().into_owned(),
        // Generated files name no machine's folders.
        Err(_) => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_files_with_one_fleet_are_told_of_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        let listener = std::fs::read_to_string(root().join("fleets/listener.yaml")).expect("an example");
        write("listener.yaml", &listener);
        write("copy.yaml", &format!("# mine\n{}", listener.replace("fleet: listener", "fleet: \"listener\" # a copy")));
        write("other.yaml", &listener.replace("fleet: listener", "fleet: other"));
        write("boards.yaml", "boards: {}\n");
        let checked = check(&folder.path().join("listener.yaml")).expect("readable");
        let findings = checked.findings.diagnostics;
        assert!(checked.fleet.is_none(), "a name twice");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].message.starts_with("`listener` is the fleet of copy.yaml:"), "{}", findings[0].message);
        assert!(check(&folder.path().join("other.yaml")).expect("readable").fleet.is_some());
    }

    #[test]
    fn bytes_that_are_no_text_are_a_finding() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("attic.yaml");
        std::fs::write(&path, b"fleet: \xff\xfe\n").expect("written");
        let checked = check(&path).expect("readable");
        assert!(checked.fleet.is_none() && checked.findings.count(Severity::Error) == 1, "{:?}", checked.findings);
    }
}
