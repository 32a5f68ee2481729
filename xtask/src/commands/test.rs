//! `test`: installs what is missing and runs every check and every test. CI runs this.

use super::{r#gen, schema, setup, verify};
use crate::cli::Outcome;
use anyhow::{Result, bail};
use lab::nodes::On;
use project::fleets;
use project::sh;
use project::sync::Mode;

/// Runs everything; all results are collected, and the test runner's own summary comes last.
pub fn run() -> Result<Outcome> {
    setup::run()?;
    let mut failed = Vec::new();
    let mut cargo = |what: &'static str, words: &[&str]| -> Result<()> {
        let mut command = sh::cargo();
        if !sh::run(command.args(words).current_dir(fleets::root()))? {
            failed.push(what);
        }
        Ok(())
    };
    cargo("rustfmt", &["fmt", "--all", "--check"])?;
    cargo("clippy", &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?;
    cargo("documentation examples", &["test", "--quiet", "--workspace", "--doc"])?;
    if r#gen::run(&[], None, None, Mode::Check)? == Outcome::Findings {
        failed.push("generated files");
    }
    if schema::run(true)? == Outcome::Findings {
        failed.push("schema");
    }
    if verify::run(&[], None, On::Host)? == Outcome::Findings {
        failed.push("verify");
    }
    if verify::run(&[], None, On::Emulator)? == Outcome::Findings {
        failed.push("verify on the emulator");
    }
    let mut command = sh::cargo();
    command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]).current_dir(fleets::root());
    if !sh::run(&mut command)? {
        failed.push("tests");
    }
    if failed.is_empty() {
        return Ok(Outcome::Fine);
    }
    bail!("failed: {}", failed.join(", "))
}
