//! The line protocol of a node: a process of the node, or the program that runs its emulator, reads [`Command`]s on
//! standard input and writes [`Report`]s on standard output, one a line.
//!
//! # Commands
//!
//! | line | what happens |
//! |---|---|
//! | `pin 4 low`, `pin 4 high` | the world puts this level on GPIO4 |
//! | `analog 512` | A0 reads this, 0 to 1023 |
//! | `bme280 4 5 21.5 45 1013` | a BME280 at 0x76 is on the I2C bus of GPIO4 (SDA) and GPIO5 (SCL), and measures °C, % and hPa |
//! | `wifi down`, `wifi up` | the network is out of reach; is there again. Not for a process in virtual time |
//! | `heap` | asks what of the memory is in use. Only an emulated node can answer |
//! | `advance 1500` | in virtual time: so many milliseconds pass |
//! | `sync 120` | in virtual time: 120 bytes have arrived on the present connection in all |
//! | `sync end` | in virtual time: the end of the present connection has arrived |
//! | `quit` | the node ends, as it does at the end of input |
//!
//! # Reports
//!
//! | line | what happened |
//! |---|---|
//! | `ready` | the node runs; its pins are configured |
//! | `pin 5 high` | the node drives GPIO5; also reported when the pin becomes an output |
//! | `duty 5 420` | the node keeps GPIO5 high for 420 thousandths of the time |
//! | `log …` | a line of the serial log |
//! | `link up`, `link down` | the broker accepted the node; the connection is gone |
//! | `topic room/light On` | a role published this on a topic that stays inside the node |
//! | `time 1500` | answers `advance`: it is so many milliseconds after the start, and all that was due is done |
//! | `idle open 2 310 120 22500` | answers `sync`: see [`Idle`] |
//! | `heap 20000 allocated 0 …` | answers `heap`: see [`Usage`](crate::Usage) |
//! | `error …` | a command was refused, and why; the node goes on |

mod command;
mod idle;
mod input;
mod report;

pub use command::{Arrived, Command};
pub use idle::Idle;
pub use input::{Bme280, Input};
pub use report::{Report, split_topic};

use core::fmt;

/// A line that is none of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedLine<'l> {
    /// The line that could not be read.
    pub line: &'l str,
    /// What would be right, as a phrase: `a reading from 0 to 1023`.
    pub expected: &'static str,
}

impl fmt::Display for MalformedLine<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`: expected {}", self.line, self.expected)
    }
}

impl core::error::Error for MalformedLine<'_> {}

/// Reads the number of a GPIO.
fn gpio(field: &str) -> Option<u8> {
    field.parse().ok().filter(|gpio| *gpio <= crate::HIGHEST_GPIO)
}

/// Reads a level; `true` is high.
fn level(field: &str) -> Option<bool> {
    match field {
        "low" => Some(false),
        "high" => Some(true),
        _ => None,
    }
}

/// Spells a level.
fn level_name(high: bool) -> &'static str {
    if high { "high" } else { "low" }
}

/// Reads `up` or `down`.
fn up(field: &str) -> Option<bool> {
    match field {
        "down" => Some(false),
        "up" => Some(true),
        _ => None,
    }
}

/// Spells `up` or `down`.
fn up_name(up: bool) -> &'static str {
    if up { "up" } else { "down" }
}

/// The fields of a line behind its first one, if there are exactly `N`.
fn fields<const N: usize>(line: &str) -> Option<[&str; N]> {
    let mut fields = line.split_whitespace().skip(1);
    let mut found = [""; N];
    for field in &mut found {
        *field = fields.next()?;
    }
    fields.next().is_none().then_some(found)
}
