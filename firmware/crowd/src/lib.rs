//! Many copies of a fleet's nodes in one process and one thread: the real nodes over non-blocking sockets, with a world
//! that never rests. Counts what they say and hear. Knows nothing of the fleet file: the tables of the nodes say it all.
//!
//! `cargo xtask soak` writes a program around it, which is told on its command line
//!
//! ```text
//! --broker HOST:PORT --passwords FILE --nodes N --for SECONDS --cuts N --seed N
//! ```
//!
//! and answers on standard output, a line each: `ready` when all are connected and the world begins to move, `over` when
//! it has come to rest, then figures as `word number`, and `wrong …` for everything that should not be.

mod arguments;
mod body;
mod copies;
mod crowd;
mod member;
mod tally;

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
