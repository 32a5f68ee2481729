//! Many copies of a fleet's nodes in one process and one thread: the real nodes over non-blocking sockets, with inputs
//! that change all the time. Counts what they publish and receive.
//!
//! Architecture invariant: this crate knows the tables of the nodes and nothing of the fleet file.
//!
//! `cargo xtask soak` writes a program around it, which is told on its command line
//!
//! ```text
//! --broker HOST:PORT --passwords FILE --nodes N --for SECONDS --cuts N --seed N
//! ```
//!
//! and reports on standard output: `fleetwright_protocol::load` has the lines.

mod arguments;
mod board;
mod crowd;
mod deliveries;
mod node_copy;
mod program_copies;

use fleetwright_node::Program;
use std::process::ExitCode;

/// Runs copies of the fleet whose nodes these are.
pub fn main(programs: &[&'static Program]) -> ExitCode {
    let outcome = arguments::read(std::env::args().skip(1)).and_then(|arguments| crowd::run(programs, &arguments));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(mistake) => {
            eprintln!("{mistake}");
            ExitCode::from(2)
        }
    }
}
