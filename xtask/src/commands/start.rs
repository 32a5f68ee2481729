//! `cargo xtask` alone: the main job, from nothing to a proven room.

use super::doctor::needed;
use super::r#gen::Gen;
use super::setup;
use super::verify::Verify;
use crate::outcome::Outcome;
use anyhow::Result;
use project::tools;

const NEXT: &str = "
Next:
  cargo xtask sim room              press its buttons and watch its messages
  open generated/room/one-per-role  what was made: README.md, firmware/, broker/, topology/
  edit fleets/room.yaml             change the wiring or the rules, then `cargo xtask gen room`
  cargo xtask secrets room          passwords for a broker of your own
  cargo xtask setup                 compiler and emulator for the ESP8266; then
  cargo xtask build room            its firmware, and what it takes of the chip
  cargo xtask verify room --on emulator";

/// Generates all example fleets, and verifies the room where a broker is there or can be installed.
pub fn run() -> Result<Outcome> {
    if Gen::default().run()? == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    println!();
    let required = || needed().filter(|tool| !tool.is_optional);
    if required().any(|tool| tool.find().is_err()) {
        if !tools::can_install() {
            println!("The fleets are generated. To prove them, install Mosquitto and run `cargo xtask verify`.");
            return Ok(Outcome::Fine);
        }
        setup::install(required())?;
    }
    if (Verify { fleets: vec!["room".into()], ..Verify::default() }).run()? == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    println!("{NEXT}");
    Ok(Outcome::Fine)
}
