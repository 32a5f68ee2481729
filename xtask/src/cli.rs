//! The command line: which command runs. What a command takes and prints stands in its file of [`crate::commands`].

use crate::commands::{
    accounts::Accounts, apply::Apply, build::Build, check::Check, doctor::Doctor, explain::Explain, flash::Flash,
    r#gen::Gen, import::Import, log::Log, new::New, pins::Pins, prove::Prove, revoke::Revoke, rotate::Rotate,
    schema::Schema, sdk::Sdk, secrets::Secrets, setup::Setup, sim::Sim, soak::Soak, start, test::Test, verify::Verify,
};
use crate::outcome::Outcome;
use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Fleetwright: from a fleet file to firmware, broker files and proof.
///
/// Without a command: generates all example fleets and, where Mosquitto is there or can be installed, verifies the room.
///
/// FLEET is a name in fleets/ or the path of a fleet file. Exit codes: 0 fine, 1 findings, 2 usage or environment.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

// The help text of a command is the doc comment of its arguments.
#[derive(Subcommand)]
enum Command {
    Check(Check),
    Gen(Gen),
    Build(Build),
    Flash(Flash),
    Log(Log),
    Sdk(Sdk),
    Verify(Verify),
    Prove(Prove),
    Sim(Sim),
    Soak(Soak),
    Explain(Explain),
    Pins(Pins),
    New(New),
    Import(Import),
    Schema(Schema),
    Secrets(Secrets),
    Accounts(Accounts),
    Apply(Apply),
    Rotate(Rotate),
    Revoke(Revoke),
    Setup(Setup),
    Doctor(Doctor),
    Test(Test),
}

impl Command {
    fn run(self) -> Result<Outcome> {
        match self {
            Self::Check(command) => command.run(),
            Self::Gen(command) => command.run(),
            Self::Build(command) => command.run(),
            Self::Flash(command) => command.run(),
            Self::Log(command) => command.run(),
            Self::Sdk(command) => command.run(),
            Self::Verify(command) => command.run(),
            Self::Prove(command) => command.run(),
            Self::Sim(command) => command.run(),
            Self::Soak(command) => command.run(),
            Self::Explain(command) => command.run(),
            Self::Pins(command) => command.run(),
            Self::New(command) => command.run(),
            Self::Import(command) => command.run(),
            Self::Schema(command) => command.run(),
            Self::Secrets(command) => command.run(),
            Self::Accounts(command) => command.run(),
            Self::Apply(command) => command.run(),
            Self::Rotate(command) => command.run(),
            Self::Revoke(command) => command.run(),
            Self::Setup(command) => command.run(),
            Self::Doctor(command) => command.run(),
            Self::Test(command) => command.run(),
        }
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    project::command::announce_to(|line| println!("$ {line}"));
    // Clap exits with 2 by itself where the arguments are wrong.
    match Cli::parse().command.map_or_else(start::run, Command::run) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
