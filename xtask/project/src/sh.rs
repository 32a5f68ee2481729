//! Other programs: every one is echoed before it runs, and none is ever handed a secret on its command line.

use anyhow::{Context, Result};
use std::process::{Command, Output, Stdio};

/// The command as a person would type it.
pub fn spelled(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Cargo, as it is called by who has rustup. What this process was told of its own build is not for others.
pub fn cargo() -> Command {
    let mut command = Command::new("cargo");
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "RUSTFLAGS"] {
        command.env_remove(name);
    }
    command
}

/// Runs a command, showing its output as it comes; whether it succeeded.
pub fn run(command: &mut Command) -> Result<bool> {
    println!("$ {}", spelled(command));
    let status = command.stdin(Stdio::null()).status();
    Ok(status.with_context(|| format!("starting {}", spelled(command)))?.success())
}

/// Runs a command and keeps its output, to be shown only if it fails.
pub fn quietly(command: &mut Command) -> Result<Output> {
    println!("$ {}", spelled(command));
    command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", spelled(command)))
}

/// Runs a command and keeps its output, without a word: for pipelines that say themselves how far they are.
pub fn silently(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", spelled(command)))
}

/// Where a program is, by PATH and the places where Debian keeps what only root uses.
pub fn which(program: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}
