//! A node as a process of this machine. Moves bytes, knows neither MQTT nor what the fleet's words mean.
//!
//! ```text
//! esp-room [--broker HOST:PORT]… [--user NAME --password-file FILE] [--time real|virtual] [--seed N] [--world LINE]…
//!          [--client-id NAME --name TOPIC…] [--psk-file FILE | --pin KEY]
//! ```
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
//! is how the world is before the node starts; afterwards lines of that kind come on standard input.
//!
//! # The world's side: standard input, one command a line
//!
//! | line | what happens |
//! |---|---|
//! | `pin 4 low`, `pin 4 high` | GPIO4 carries this level now |
//! | `analog 512` | A0 reads this, 0 to 1023 |
//! | `bme280 4 5 21.5 45 1013` | a BME280 at 0x76 is on the I2C bus of GPIO4 (SDA) and GPIO5 (SCL): °C, % and hPa |
//! | `wifi down`, `wifi up` | the network is out of reach; is there again |
//! | `advance 1500` | with `--time virtual`: so many milliseconds pass |
//! | `sync 120` | with `--time virtual`: 120 bytes came over the node's present connection; `sync end`: its end came |
//! | `quit`, or the end of input | the process ends |
//!
//! # The node's side: standard output, one event a line
//!
//! | line | what happened |
//! |---|---|
//! | `ready` | the node runs; its pins are configured |
//! | `pin 5 high` | the node drives GPIO5; also said when the pin becomes an output |
//! | `duty 5 420` | the node lets GPIO5 be high for 420 thousandths of the time |
//! | `log …` | a line of the serial log |
//! | `link up`, `link down` | the broker accepted the node; the connection is gone |
//! | `time 1500` | with `--time virtual`: it is so many milliseconds after the start, and all that was due is done |
//! | `topic room/light On` | a role said this on a topic that stays inside the node |
//! | `idle open 2 310 120 22500` | answers `sync`: the second connection is open (or `closed`), 310 bytes were sent and 120 received on it, and the node has nothing to do before 22500 (`-`: ever) |
//! | `error …` | that command was not understood; the node goes on |
//!
//! In virtual time the network is looked at in `sync` alone, so that the world decides what comes first.
//!
//! Inputs carry the level of their pull until the world says otherwise, without a pull low; A0 reads 0.

mod arguments;
mod brokers;
mod line;
mod pins;
mod run;
mod stepped;
mod tcp;

pub use pins::Command;
pub use run::main;
pub use tcp::{Connection, Happened};

/// Writes `fn main` for the program of a node.
#[macro_export]
macro_rules! entry {
    ($program:expr) => {
        fn main() -> ::std::process::ExitCode {
            $crate::main(&$program)
        }
    };
}
