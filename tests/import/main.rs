//! ESPHome's files as people have them: each becomes a fleet, with notes about what it lost. A new text is accepted with
//! `IMPORT=accept cargo test -p import --test import`, and then read aloud.

mod account;
mod made;
mod settable;
mod whole;

use fleetwright_generator::check;
use fleetwright_generator::diag::{Diagnostic, Severity};
use fleetwright_generator::text::Source;
use import::esphome::{Imported, import};
use import::files::{Disk, Files};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    project::root().join("tests/import")
}

/// The files of the folder, by names that do not say where it lies. One of them can have another text.
struct Folder<'t> {
    instead: Option<(&'t str, &'t str)>,
}

impl Files for Folder<'_> {
    fn read(&self, path: &Path) -> anyhow::Result<String> {
        match self.instead {
            Some((name, text)) if Path::new(name) == path => Ok(text.to_owned()),
            _ => Disk.read(&folder().join(path)),
        }
    }

    fn below(&self, path: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let all = Disk.below(&folder().join(path))?;
        Ok(all.into_iter().filter_map(|path| Some(path.strip_prefix(folder()).ok()?.to_owned())).collect())
    }
}

/// Imports files of the folder.
fn imported(files: &[&str]) -> anyhow::Result<Imported> {
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    import(&files, None, &Folder { instead: None })
}

/// Imports one file of the folder as if it had another text.
fn imported_as(file: &str, text: &str) -> anyhow::Result<Imported> {
    import(&[file.into()], Some("it"), &Folder { instead: Some((file, text)) })
}

/// What `check` says about the fleet.
fn findings(imported: &Imported) -> Vec<Diagnostic> {
    let source = Source::new(format!("{}.yaml", imported.name), imported.text.clone());
    match check(&source) {
        Ok((_, warnings)) => warnings,
        Err(findings) => findings.0,
    }
}

/// The codes of all errors that `check` finds in the fleet.
fn errors(imported: &Imported) -> Vec<&'static str> {
    let errors = findings(imported).into_iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.code.as_str()).collect()
}
