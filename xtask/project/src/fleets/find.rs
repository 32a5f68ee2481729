//! Which fleet files the words of a command line mean. Reads no file.

use crate::root;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The files that these names mean, in fleets/ or paths; without names all of fleets/, ordered.
///
/// # Errors
///
/// A name means no file, or one of secrets.
pub fn find(names: &[String]) -> Result<Vec<PathBuf>> {
    if !names.is_empty() {
        return names.iter().map(|name| find_one(name)).collect();
    }
    let folder = root().join("fleets");
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") && !path.ends_with("secrets.yaml") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// The file that one name means, in fleets/ or a path.
///
/// # Errors
///
/// The name means no file, or one of secrets.
pub fn find_one(name: &str) -> Result<PathBuf> {
    let found = named(name)?;
    if is_secret(&found) {
        bail!("{} holds secrets, and is no fleet", found.display());
    }
    Ok(found)
}

fn named(name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    if is_yaml(path) {
        if !path.is_file() {
            bail!("there is no file {name}");
        }
        return Ok(path.to_owned());
    }
    let named = root().join("fleets").join(format!("{name}.yaml"));
    if !named.is_file() {
        let known: Vec<String> = find(&[])?.iter().map(|path| stem(path)).collect();
        bail!("there is no fleet `{name}` in fleets/; there are: {}", known.join(", "));
    }
    Ok(named)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The word that means this file on a command line: its name in fleets/, else its path.
pub fn name_or_path(path: &Path) -> String {
    let in_fleets = path.parent() == Some(&root().join("fleets"));
    if in_fleets { stem(path) } else { path.to_string_lossy().into_owned() }
}

/// Whether a file is YAML, by its name.
pub(super) fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// Whether a path leads to a file of secrets, by its name: its text must not appear in a message.
pub fn is_secret(path: &Path) -> bool {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    [path, &real].iter().any(|path| path.ends_with("secrets.yaml") || path.ends_with("secrets.yml"))
}

/// The folder of a fleet file.
pub fn folder(fleet: &Path) -> &Path {
    fleet.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_fleets_are_answered_with_the_known_ones() {
        let message = find_one("rom").unwrap_err().to_string();
        assert!(message.contains("room"), "{message}");
    }

    #[test]
    fn a_file_elsewhere_is_named_by_its_path() {
        assert_eq!(name_or_path(&root().join("fleets/room.yaml")), "room");
        assert_eq!(name_or_path(Path::new("/srv/room.yaml")), "/srv/room.yaml");
    }
}
