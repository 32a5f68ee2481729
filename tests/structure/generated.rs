//! The Rust that people read below `generated/` is laid out as rustfmt lays it out at this project's width.

use crate::source::root;
use std::path::{Path, PathBuf};
use std::process::Command;

/// All Rust files below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        // Whoever builds a generated workspace by hand has a folder `target` there.
        if path.is_dir() && !path.ends_with("target") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn what_is_generated_is_laid_out_as_rustfmt_does_it() {
    let mut files = Vec::new();
    sources(&root().join("generated"), &mut files);
    assert!(files.len() > 50, "the examples have more than {} sources", files.len());
    let mut command = Command::new("rustfmt");
    command.args(["--check", "--edition", "2024", "--config-path"]).arg(root().join("rustfmt.toml")).args(&files);
    let output = command.current_dir(root()).output().expect("rustfmt: `cargo xtask setup`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
