//! All that decides what an object file of a node contains: the sources of its crate and of the crates it stands on,
//! and the recipe. Equal inputs are compiled once, whatever the nodes are called.

use super::program::ask;
use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A name for the object file of a package.
pub(super) fn key(workspace: &Path, package: &str, recipe: &[&str]) -> Result<String> {
    let mut command = Command::new("cargo");
    command.current_dir(workspace).args(["metadata", "--format-version", "1"]);
    let metadata = ask(&mut command).with_context(|| format!("reading the workspace {}", workspace.display()))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading what `cargo metadata` prints")?;
    let mut hash = Sha256::new();
    feed(&mut hash, fingerprint(recipe).as_bytes());
    for id in below(&metadata, package)? {
        let found = packages(&metadata).find(|package| package["id"] == id.as_str());
        let found = found.with_context(|| format!("cargo does not describe `{id}`"))?;
        feed(&mut hash, features(&metadata, &id).as_bytes());
        if found["source"].is_null() {
            let manifest = found["manifest_path"].as_str().context("a package without a manifest")?;
            sources(&mut hash, Path::new(manifest), found["name"] == package)?;
        } else {
            feed(&mut hash, id.as_bytes());
        }
    }
    Ok(name(hash))
}

/// A name for a recipe.
pub(super) fn fingerprint(recipe: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in recipe {
        feed(&mut hash, part.as_bytes());
    }
    name(hash)
}

/// 128 bits of a hash, as hexadecimal digits.
fn name(hash: Sha256) -> String {
    format!("{:x}", hash.finalize())[..32].to_owned()
}

fn packages(metadata: &Value) -> impl Iterator<Item = &Value> {
    metadata["packages"].as_array().into_iter().flatten()
}

/// The features that a package is compiled with: another node of the workspace may ask for more of them.
fn features(metadata: &Value, id: &str) -> String {
    let nodes = metadata["resolve"]["nodes"].as_array().into_iter().flatten();
    nodes.filter(|node| node["id"] == id).map(|node| node["features"].to_string()).collect()
}

/// The package and all that it stands on, as cargo's ids, in an order that does not depend on names of nodes.
fn below(metadata: &Value, package: &str) -> Result<Vec<String>> {
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo resolves nothing")?;
    let edges: BTreeMap<&str, &Value> =
        nodes.iter().filter_map(|node| Some((node["id"].as_str()?, &node["dependencies"]))).collect();
    let members: Vec<&Value> = metadata["workspace_members"].as_array().into_iter().flatten().collect();
    let root = packages(metadata).find(|found| found["name"] == package && members.contains(&&found["id"]));
    let root = root.and_then(|root| root["id"].as_str());
    let root = root.with_context(|| format!("the workspace has no package `{package}`"))?;
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        let below = edges.get(id).and_then(|below| below.as_array()).into_iter().flatten();
        open.extend(below.filter_map(Value::as_str).filter(|id| seen.insert((*id).to_owned())));
    }
    seen.remove(root);
    Ok(std::iter::once(root.to_owned()).chain(seen).collect())
}

/// Feeds the manifest and sources of one package. What the node itself is called is left out.
fn sources(hash: &mut Sha256, manifest: &Path, nameless: bool) -> Result<()> {
    let text = std::fs::read_to_string(manifest).with_context(|| format!("reading {}", manifest.display()))?;
    let is_name = |line: &str| line.starts_with("name = ") || line.starts_with("description = ");
    for line in text.lines().filter(|line| !(nameless && is_name(line))) {
        feed(hash, line.as_bytes());
    }
    let folder = manifest.parent().context("a manifest in no folder")?;
    let mut files = Vec::new();
    collect(&folder.join("src"), &mut files)?;
    files.extend(Some(folder.join("build.rs")).filter(|script| script.is_file()));
    files.sort();
    for file in files {
        feed(hash, file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().as_bytes());
        let text = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        feed(hash, &text);
        // The sources of custom roles lie beside the fleet file.
        for module in modules(&String::from_utf8_lossy(&text)) {
            let path = file.parent().unwrap_or(folder).join(module);
            feed(hash, &std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?);
        }
    }
    Ok(())
}

/// The paths of modules that lie elsewhere.
fn modules(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("#[path = \"")?.strip_suffix("\"]"))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}

/// Feeds a part with its length, so that two lists of parts never look alike.
fn feed(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_le_bytes());
    hash.update(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace of nodes: (name, source).
    fn workspace(nodes: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let names: Vec<String> = nodes.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let root = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", names.join(", "));
        std::fs::write(folder.path().join("Cargo.toml"), root).expect("writes");
        for (name, source) in nodes {
            let node = folder.path().join(name);
            std::fs::create_dir_all(node.join("src")).expect("a folder");
            let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n");
            std::fs::write(node.join("Cargo.toml"), manifest).expect("writes");
            std::fs::write(node.join("src/lib.rs"), source).expect("writes");
        }
        folder
    }

    #[test]
    fn equal_programs_have_one_key_whatever_they_are_called() {
        let fleet = workspace(&[("one", "//! same"), ("two", "//! same"), ("three", "//! other")]);
        let key = |name| key(fleet.path(), name, &["recipe"]).expect("a key");
        assert_eq!(key("one"), key("two"));
        assert_ne!(key("one"), key("three"));
    }

    #[test]
    fn another_recipe_is_another_key() {
        let fleet = workspace(&[("one", "//! same")]);
        let key = |recipe: &[&str]| key(fleet.path(), "one", recipe).expect("a key");
        assert_ne!(key(&["s"]), key(&["z"]));
        assert_ne!(key(&["ab", "c"]), key(&["a", "bc"]));
    }

    #[test]
    fn what_a_node_stands_on_counts() {
        let fleet = workspace(&[("one", "//! same"), ("base", "//! before")]);
        let manifest = fleet.path().join("one/Cargo.toml");
        let text = std::fs::read_to_string(&manifest).expect("reads");
        std::fs::write(&manifest, text + "[dependencies]\nbase = { path = \"../base\" }\n").expect("writes");
        let before = key(fleet.path(), "one", &[]).expect("a key");
        std::fs::write(fleet.path().join("base/src/lib.rs"), "//! after").expect("writes");
        assert_ne!(before, key(fleet.path(), "one", &[]).expect("a key"));
    }

    #[test]
    fn a_node_that_is_not_there_is_an_error() {
        let fleet = workspace(&[("one", "")]);
        let fault = key(fleet.path(), "none", &[]).expect_err("no such node").to_string();
        assert_eq!(fault, "the workspace has no package `none`");
    }
}
