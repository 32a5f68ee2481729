//! `cargo xtask` alone: the main job, from nothing to a proven room.

use super::doctor::needed;
use super::r#gen::Gen;
use super::setup;
use super::verify::Verify;
use crate::outcome::Outcome;
use anyhow::{Context, Result};

const NEXT: &str = "
Next:
  cargo xtask sim room              press its buttons and watch its messages
  open generated/room/one-per-role  what was made: README.md, firmware/, broker/, topology/
  edit fleets/room.yaml             change the wiring or the rules, then `cargo xtask gen room`
  cargo xtask secrets room          passwords for a broker of your own
  cargo xtask setup                 compiler and emulator for the ESP8266; then
  cargo xtask build room            its firmware, and what it takes of the chip
  cargo xtask verify room --on emulator";

/// Generates all example fleets, and verifies the room. What that needs and is missing is installed.
///
/// # Errors
///
/// There is no broker and none can be had, so that nothing was proven; the generated files are there all the same.
pub fn run() -> Result<Outcome> {
    if Gen::default().run()? == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    println!();
    let required = || needed().filter(|tool| !tool.is_optional);
    if required().any(|tool| tool.find().is_err()) {
        setup::install(required()).context("the fleets are generated, but the room is not proven")?;
    }
    if (Verify { fleets: vec!["room".into()], ..Verify::default() }).run()? == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    println!("{NEXT}");
    Ok(Outcome::Fine)
}
