//! `test` without a fleet: installs what is missing and runs every check and every test. CI runs this.

use super::arguments::NodePlatform;
use super::r#gen::Gen;
use super::schema::Schema;
use super::setup::Setup;
use super::verify::Verify;
use crate::outcome::Outcome;
use anyhow::{Result, bail};
use project::{command, root};

/// Runs everything; all results are collected, and the test runner's own summary comes last.
pub(super) fn run() -> Result<Outcome> {
    let mut failed = Vec::new();
    // What can be tested without the programs that are left out is tested.
    if let Err(left_out) = (Setup {}).run() {
        println!("{left_out:#}");
        failed.push("setup");
    }
    let mut collect = |what: &'static str, is_fine: bool| {
        if !is_fine {
            failed.push(what);
        }
    };
    let cargo = |arguments: &[&str]| command::run(command::cargo().args(arguments).current_dir(root()));
    let is_fine = |outcome: Result<Outcome>| outcome.map(|outcome| outcome == Outcome::Fine);
    collect("rustfmt", cargo(&["fmt", "--all", "--check"])?);
    collect("clippy", cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"])?);
    collect("documentation examples", cargo(&["test", "--quiet", "--workspace", "--doc"])?);
    collect("generated files", is_fine(Gen { check: true, ..Gen::default() }.run())?);
    collect("schema", is_fine(Schema { check: true }.run())?);
    collect("verify", is_fine(Verify::default().run())?);
    collect("verify on the emulator", is_fine(Verify { on: NodePlatform::Emulator, ..Verify::default() }.run())?);
    collect("tests", cargo(&["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])?);
    if failed.is_empty() {
        return Ok(Outcome::Fine);
    }
    bail!("failed: {}", failed.join(", "))
}
