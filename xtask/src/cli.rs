//! The command line.

use crate::commands::{
    accounts, apply, build, check, doctor, explain, flash, r#gen, import, log, new, pins, prove, revoke, rotate,
    scenarios, schema, sdk, secrets, setup, sim, soak, start, test, verify,
};
use clap::{Parser, Subcommand};
use deploy::Where;
use lab::nodes::On;
use std::path::PathBuf;
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

#[derive(Subcommand)]
enum Command {
    /// Find the mistakes in fleet files
    Check {
        /// Names in fleets/ or paths; none: all of fleets/
        fleets: Vec<String>,
        /// How findings are printed
        #[arg(long, value_enum, default_value = "text")]
        format: check::Format,
    },
    /// Generate firmware, broker files and topology
    Gen {
        /// Names in fleets/ or paths; none: all of fleets/
        fleets: Vec<String>,
        /// This layout alone
        #[arg(long)]
        layout: Option<String>,
        /// Where to, instead of generated/
        #[arg(long)]
        out: Option<PathBuf>,
        /// Write nothing; fail if something is not as it would be generated
        #[arg(long, conflicts_with = "dry_run")]
        check: bool,
        /// Write nothing; say what would be written
        #[arg(long)]
        dry_run: bool,
    },
    /// Build nodes for the chip, the emulator or this machine, and say what they take
    Build {
        /// Names in fleets/ or paths; none: all of fleets/
        fleets: Vec<String>,
        /// This layout alone
        #[arg(long)]
        layout: Option<String>,
        /// This node alone
        #[arg(long)]
        node: Option<String>,
        /// For what; not named: for the chip where an SDK is named, else for the emulator
        #[arg(long, value_enum)]
        on: Option<build::For>,
        /// The folder of Espressif's ESP8266_NONOS_SDK 3.0.6, instead of what ESP8266_SDK names
        #[arg(long, value_name = "DIR")]
        sdk: Option<PathBuf>,
    },
    /// Write a node into a board, verify it and show its log
    Flash {
        /// A name in fleets/ or a path
        fleet: String,
        /// The node
        node: String,
        /// Its layout; the first that has the node, if not named
        #[arg(long)]
        layout: Option<String>,
        /// The serial port of the board, as in /dev/ttyUSB0
        #[arg(long)]
        port: String,
        /// The folder of Espressif's ESP8266_NONOS_SDK 3.0.6, instead of what ESP8266_SDK names
        #[arg(long, value_name = "DIR")]
        sdk: Option<PathBuf>,
        /// Write nothing; print the exact commands and check the image
        #[arg(long)]
        dry_run: bool,
    },
    /// Show what a board says on its serial port
    Log {
        /// The serial port of the board, as in /dev/ttyUSB0
        #[arg(long)]
        port: String,
    },
    /// Check a downloaded SDK, file by file
    Sdk {
        /// Its folder
        folder: PathBuf,
    },
    /// Prove generated fleets on a real broker
    Verify {
        /// Names in fleets/ or paths; none: all of fleets/
        fleets: Vec<String>,
        /// This layout alone
        #[arg(long)]
        layout: Option<String>,
        /// What the nodes run on
        #[arg(long, value_enum, default_value = "host")]
        on: On,
    },
    /// Prove who may read and write what on the broker, by trying all of it
    Prove {
        /// A name in fleets/ or a path
        fleet: String,
        /// This layout alone
        #[arg(long)]
        layout: Option<String>,
        /// Write the matrix as a page, too
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Run a fleet on this machine and play with it
    Sim {
        /// A name in fleets/ or a path
        fleet: String,
        /// Which layout; the first, if not named
        #[arg(long)]
        layout: Option<String>,
        /// What the nodes run on
        #[arg(long, value_enum, default_value = "host")]
        on: On,
    },
    /// Run many copies of a fleet against a real broker that restarts, with links that are cut
    Soak(soak::Wishes),
    /// Explain a finding, with an example and its repair
    Explain {
        /// The word in brackets that the finding begins with; none: list all
        code: Option<String>,
    },
    /// Draw the boards of a fleet, pin by pin, with what uses each and what the others are good for
    Pins {
        /// A name in fleets/ or a path
        fleet: String,
        /// This layout alone
        #[arg(long)]
        layout: Option<String>,
    },
    /// Write a small fleet to start from
    New {
        /// Its name: fleets/NAME.yaml
        name: String,
    },
    /// Turn what another tool reads into a fleet
    #[command(subcommand)]
    Import(import::From),
    /// Write the JSON Schema of fleet files, for editors, and the page of the language
    Schema {
        /// Write nothing; fail if something is not as it would be written
        #[arg(long)]
        check: bool,
    },
    /// Make the passwords that are missing
    Secrets {
        /// A name in fleets/ or a path
        fleet: String,
    },
    /// Make the accounts of a fleet at its cluster of ejabberd
    Accounts {
        /// A name in fleets/ or a path
        fleet: String,
        /// This layout; else the first
        #[arg(long)]
        layout: Option<String>,
        /// The socket of one of the brokers, as broker/ejabberd.yml names it
        #[arg(long, default_value = "/var/lib/ejabberd/fleetwright.sock")]
        socket: PathBuf,
    },
    /// Bring a layout's broker files to their place, tried out before, and have a running broker work by them
    Apply {
        /// A name in fleets/ or a path
        fleet: String,
        #[command(flatten)]
        to: Where,
    },
    /// Give a node a new account on the broker; the old one ends when the node was heard with the new one
    Rotate {
        /// A name in fleets/ or a path
        fleet: String,
        /// The node
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        node: Option<String>,
        /// All nodes
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        to: Where,
    },
    /// Throw a node or a client out of the broker, at once
    Revoke {
        /// A name in fleets/ or a path
        fleet: String,
        /// The node or client
        node: String,
        #[command(flatten)]
        to: Where,
    },
    /// Install what is missing
    Setup,
    /// Say what is there and what is missing
    Doctor,
    /// With FLEET: play its scenarios. Without: install what is missing and run every check and every test there is
    Test(scenarios::Wishes),
}

/// What a command found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Fine,
    /// Exit code 1.
    Findings,
}

/// Runs the command line.
pub fn main() -> ExitCode {
    // Clap exits with 2 by itself where the words are off.
    let outcome = match Cli::parse().command {
        None => start::run(),
        Some(Command::Check { fleets, format }) => check::run(&fleets, format),
        Some(Command::Gen { fleets, layout, out, check, dry_run }) => {
            let mode = match (check, dry_run) {
                (true, _) => project::sync::Mode::Check,
                (_, true) => project::sync::Mode::DryRun,
                _ => project::sync::Mode::Write,
            };
            r#gen::run(&fleets, layout.as_deref(), out.as_deref(), mode)
        }
        Some(Command::Build { fleets, layout, node, on, sdk }) => build::run(&build::Wanted {
            fleets: &fleets,
            layout: layout.as_deref(),
            node: node.as_deref(),
            on,
            sdk: sdk.as_deref(),
        }),
        Some(Command::Flash { fleet, node, layout, port, sdk, dry_run }) => flash::run(&flash::Wanted {
            fleet: &fleet,
            node: &node,
            layout: layout.as_deref(),
            port: &port,
            sdk: sdk.as_deref(),
            dry_run,
        }),
        Some(Command::Log { port }) => log::run(&port),
        Some(Command::Sdk { folder }) => sdk::run(&folder),
        Some(Command::Verify { fleets, layout, on }) => verify::run(&fleets, layout.as_deref(), on),
        Some(Command::Sim { fleet, layout, on }) => sim::run(&fleet, layout.as_deref(), on),
        Some(Command::Soak(wishes)) => soak::run(&wishes),
        Some(Command::Explain { code }) => explain::run(code.as_deref()),
        Some(Command::Prove { fleet, layout, html }) => prove::run(&fleet, layout.as_deref(), html.as_deref()),
        Some(Command::Pins { fleet, layout }) => pins::run(&fleet, layout.as_deref()),
        Some(Command::New { name }) => new::run(&name),
        Some(Command::Import(from)) => import::run(&from),
        Some(Command::Schema { check }) => schema::run(check),
        Some(Command::Secrets { fleet }) => secrets::run(&fleet),
        Some(Command::Accounts { fleet, layout, socket }) => accounts::run(&fleet, layout.as_deref(), &socket),
        Some(Command::Apply { fleet, to }) => apply::run(&fleet, &to),
        Some(Command::Rotate { fleet, node, all: _, to }) => rotate::run(&fleet, node.as_deref(), &to),
        Some(Command::Revoke { fleet, node, to }) => revoke::run(&fleet, &node, &to),
        Some(Command::Setup) => setup::run(),
        Some(Command::Doctor) => doctor::run(),
        Some(Command::Test(wishes)) => match &wishes.fleet {
            Some(fleet) => scenarios::run(fleet, &wishes),
            None => test::run(),
        },
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}
