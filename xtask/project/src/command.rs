//! Running other programs. None is ever handed a secret on its command line, so that every command line may be shown.
//!
//! This module prints nothing. Who wants to show the commands of long work names a function with [`announce_to`]; it is
//! called before each of them starts.

use crate::root::{unpacked, unpacked_files};
use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

static ANNOUNCE: OnceLock<fn(&str)> = OnceLock::new();

/// Has this function called with each command line before it runs, except for those of [`output_silently`]. Only the
/// first call of a process counts.
pub fn announce_to(announce: fn(&str)) {
    ANNOUNCE.get_or_init(|| announce);
}

fn announce(command: &Command) {
    if let Some(announce) = ANNOUNCE.get() {
        announce(&spelled(command));
    }
}

/// The command line as a person would type it.
pub fn spelled(command: &Command) -> String {
    let arguments = std::iter::once(command.get_program()).chain(command.get_args());
    arguments.map(|argument| argument.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Cargo as a person would call it: without what Cargo told this process about its own build.
pub fn cargo() -> Command {
    let mut command = Command::new("cargo");
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "RUSTFLAGS"] {
        command.env_remove(name);
    }
    command
}

/// Announces and runs a command whose output goes where that of this process goes; returns whether it succeeded.
///
/// # Errors
///
/// The program can't be started.
pub fn run(command: &mut Command) -> Result<bool> {
    announce(command);
    let status = command.stdin(Stdio::null()).status();
    Ok(status.with_context(|| format!("starting {}", spelled(command)))?.success())
}

/// Like [`run`], and returns beside that what the command wrote to its standard error, which is passed on as it comes.
///
/// # Errors
///
/// The program can't be started.
pub fn run_noting_errors(command: &mut Command) -> Result<(bool, String)> {
    announce(command);
    let words = spelled(command);
    let context = || format!("running {words}");
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().with_context(context)?;
    let mut noted = Vec::new();
    if let Some(mut errors) = child.stderr.take() {
        let mut buffer = [0; 4096];
        loop {
            let count = errors.read(&mut buffer).with_context(context)?;
            if count == 0 {
                break;
            }
            noted.extend_from_slice(&buffer[..count]);
            // Nobody may be left to read it; the command goes on all the same.
            let _ = std::io::stderr().write_all(&buffer[..count]);
        }
    }
    let status = child.wait().with_context(context)?;
    Ok((status.success(), String::from_utf8_lossy(&noted).into_owned()))
}

/// Announces and runs a command, and returns its output.
///
/// # Errors
///
/// The program can't be started. One that fails is no error here: see the status of the output.
pub fn output(command: &mut Command) -> Result<Output> {
    announce(command);
    output_silently(command)
}

/// Like [`output`], without announcing the command: for pipelines of many commands.
///
/// # Errors
///
/// The program can't be started.
pub fn output_silently(command: &mut Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("starting {}", spelled(command)))
}

/// The path of a program: by PATH, in the folders where Debian keeps what only root uses, then among those that were
/// unpacked for an ordinary user. The last are launchers, which know where the program's libraries are.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.chain([launchers()]).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The folder of the launchers.
pub fn launchers() -> PathBuf {
    unpacked().join("bin")
}

/// The folder below which a program's own files are, such as `lib`: `/usr` for `/usr/sbin/mosquitto`.
pub fn prefix(program: &Path) -> PathBuf {
    let folder = program.parent().unwrap_or(Path::new("/usr/bin"));
    if folder == launchers() {
        return unpacked_files().join("usr");
    }
    folder.parent().unwrap_or(Path::new("/usr")).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_files_are_beside_it_also_where_it_was_unpacked() {
        assert_eq!(prefix(Path::new("/usr/sbin/mosquitto")), Path::new("/usr"));
        assert_eq!(prefix(Path::new("/opt/mosquitto/sbin/mosquitto")), Path::new("/opt/mosquitto"));
        assert_eq!(prefix(&launchers().join("mosquitto")), unpacked_files().join("usr"));
    }

    #[test]
    fn a_program_that_fails_is_no_error_and_one_that_is_missing_is() {
        let failed = output(Command::new("sh").args(["-c", "echo said; exit 3"])).expect("it starts");
        assert_eq!((failed.status.code(), failed.stdout.as_slice()), (Some(3), b"said\n".as_slice()));
        let error = run(Command::new("no-such-program").arg("-v")).expect_err("it is missing");
        assert_eq!(error.to_string(), "starting no-such-program -v");
    }

    #[test]
    fn what_a_program_complains_of_is_noted() {
        let noted =
            run_noting_errors(Command::new("sh").args(["-c", "echo fine; echo broken >&2; exit 3"])).expect("starts");
        assert_eq!(noted, (false, "broken\n".to_owned()));
    }
}
