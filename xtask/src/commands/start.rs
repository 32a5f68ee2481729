//! `cargo xtask` alone: the main job, from nothing to a proven room.

use super::doctor::TOOLS;
use super::{r#gen, setup, verify};
use crate::cli::Outcome;
use anyhow::Result;
use lab::nodes::On;
use project::sync::Mode;

/// Generates all example fleets, and verifies the room where a broker is there or can be installed.
pub fn run() -> Result<Outcome> {
    if r#gen::run(&[], None, None, Mode::Write)? == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    println!();
    if TOOLS.iter().any(|tool| !tool.later && !tool.is_there()) {
        if !setup::can_install() {
            println!("The fleets are generated. To prove them, install Mosquitto and run `cargo xtask verify`.");
            return Ok(Outcome::Fine);
        }
        setup::install(|tool| !tool.later)?;
    }
    if verify::run(&["room".into()], None, On::Host)? == Outcome::Findings {
        return Ok(Outcome::Findings);
    }
    println!(
        "
Next:
  cargo xtask sim room              press its buttons and watch its messages
  open generated/room/one-per-role  what was made: README.md, firmware/, broker/, topology/
  edit fleets/room.yaml             change the wiring or the rules, then `cargo xtask gen room`
  cargo xtask secrets room          passwords for a broker of your own
  cargo xtask setup                 compiler and emulator for the ESP8266; then
  cargo xtask build room            its firmware, and what it takes of the chip
  cargo xtask verify room --on emulator"
    );
    Ok(Outcome::Fine)
}
