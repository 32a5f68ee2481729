//! A node as a process of this machine, and the stepper of virtual time, which serves nodes in the emulator too.
//!
//! Architecture invariant: this crate moves bytes. It knows neither MQTT nor what the topics of a fleet mean.
//!
//! ```text
//! esp-room [--broker HOST:PORT]… [--user NAME --password-file FILE] [--time real|virtual] [--seed N] [--world LINE]…
//!          [--client-id NAME --name TOPIC…] [--psk-file FILE | --pin KEY] [--flash FILE] [--mdns ADDRESS:PORT]
//! ```
//!
//! A broker whose name ends with `.local` is asked for by multicast DNS before each connection, all others are found as this
//! machine finds hosts. With `--mdns` the query goes to that address instead of the group.
//!
//! A copy that shares its program is told its client identifier and its topics: its status topic first, then the
//! others in the order of the program.
//!
//! `--psk-file` has a line `NAME:KEY`, the key in hexadecimal digits: the node speaks TLS 1.3 with that key, and is known
//! by that name. With `--pin` the broker proves that it has the private half of KEY (the 64 bytes of a point of P-256, in
//! hexadecimal digits), and the node says user and password. Both need a program whose fleet says `security: tls` or
//! `tls-pinned`.
//!
//! The password is read from a file that nobody else may read; it never stands on a command line. `--world 'pin 4 low'`
//! is an input before the node starts; afterwards such lines come on standard input.
//!
//! `--flash` is where roles keep what outlives a power cut, which here is the end of the process; without it nothing does.
//!
//! Commands on standard input, reports on standard output: `fleetwright_protocol::line` has the table.
//!
//! In virtual time the network is looked at in `sync` alone, so that the tools decide what comes first.
//!
//! Inputs carry the level of their pull until the world says otherwise, without a pull low; A0 reads 0.

mod arguments;
mod brokers;
mod kept;
mod pins;
mod report;
mod resolver;
mod run;
mod stepped;
pub mod stepper;
mod tcp;
mod transport;

pub use report::LinkState;
pub use resolver::{GROUP, Resolver};
pub use run::main;
pub use tcp::{Connection, ConnectionEvent};

/// Writes `fn main` for the program of a node.
#[macro_export]
macro_rules! entry {
    ($program:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::main(&$program)
        }
    };
}
