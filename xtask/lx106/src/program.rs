//! Runs the programs of the pipeline. A node takes a handful of them with lines of a screen each, so they and their words
//! are shown only if one fails.

use anyhow::{Context, Result, bail};
use std::process::Command;

/// Runs a program; the error is `fault`, the command and its output.
pub(super) fn run(command: &mut Command, fault: &str) -> Result<()> {
    let output = project::command::output_silently(command)?;
    if output.status.success() {
        return Ok(());
    }
    let output = [output.stderr, output.stdout].map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    bail!("{fault}\n$ {}\n{}", project::command::spelled(command), output.join("\n").trim())
}

/// Runs a program and returns its standard output.
pub(super) fn ask(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().with_context(|| format!("starting {program}"))?;
    if !output.status.success() {
        bail!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_failed_is_an_error_with_its_words() {
        let fault = ask(Command::new("sh").args(["-c", "echo no such thing >&2; exit 3"])).expect_err("fails");
        assert_eq!(fault.to_string(), "sh: no such thing");
    }
}
