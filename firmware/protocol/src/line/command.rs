//! Commands: from the tools to a node.

use super::{Input, MalformedLine, fields, up, up_name};
use core::fmt;

/// How much has arrived on a node's present connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrived {
    /// So many bytes, since the connection was made.
    Bytes(u64),
    /// All bytes, and the end.
    End,
}

/// What a node is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// The world changes an input.
    Input(Input),
    /// Wi-Fi is there (`true`) or gone.
    Wifi(bool),
    /// Asks for a report of the memory in use.
    Heap,
    /// In virtual time: so many milliseconds pass.
    Advance(u64),
    /// In virtual time: so much has arrived from the network.
    Sync(Arrived),
    /// The node ends.
    Quit,
}

impl From<Input> for Command {
    fn from(input: Input) -> Self {
        Self::Input(input)
    }
}

impl Command {
    /// Reads a line.
    pub fn read(line: &str) -> Result<Self, MalformedLine<'_>> {
        if let Some(input) = Input::read_if_any(line) {
            return input.map(Self::Input);
        }
        let malformed = |expected| MalformedLine { line, expected };
        let one = || fields(line).map(|[field]| field);
        match line.split_whitespace().next() {
            Some("wifi") => one().and_then(up).map(Self::Wifi).ok_or(malformed("`wifi up` or `wifi down`")),
            Some("advance") => {
                let milliseconds = one().and_then(|field| field.parse().ok());
                milliseconds.map(Self::Advance).ok_or(malformed("`advance MILLISECONDS`"))
            }
            Some("sync") => {
                let arrived = one().and_then(|field| match field {
                    "end" => Some(Arrived::End),
                    bytes => bytes.parse().ok().map(Arrived::Bytes),
                });
                arrived.map(Self::Sync).ok_or(malformed("`sync BYTES` or `sync end`"))
            }
            Some("heap") => fields(line).map(|[]| Self::Heap).ok_or(malformed("`heap` alone")),
            Some("quit") => fields(line).map(|[]| Self::Quit).ok_or(malformed("`quit` alone")),
            _ => Err(malformed("a command: `pin`, `analog`, `bme280`, `wifi`, `heap`, `advance`, `sync` or `quit`")),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input(input) => input.fmt(out),
            Self::Wifi(there) => write!(out, "wifi {}", up_name(*there)),
            Self::Heap => out.write_str("heap"),
            Self::Advance(milliseconds) => write!(out, "advance {milliseconds}"),
            Self::Sync(Arrived::Bytes(bytes)) => write!(out, "sync {bytes}"),
            Self::Sync(Arrived::End) => out.write_str("sync end"),
            Self::Quit => out.write_str("quit"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Bme280;
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_written_is_read() {
        let measures = Bme280::new(-7.3, 100.0, 1013.25).expect("within its limits");
        for (command, line) in [
            (Command::Input(Input::Pin { gpio: 4, high: false }), "pin 4 low"),
            (Command::Input(Input::Pin { gpio: 16, high: true }), "pin 16 high"),
            (Command::Input(Input::Analog(1023)), "analog 1023"),
            (Command::Input(Input::Device { sda: 12, scl: 14, measures }), "bme280 12 14 -7.3 100 1013.25"),
            (Command::Wifi(true), "wifi up"),
            (Command::Wifi(false), "wifi down"),
            (Command::Heap, "heap"),
            (Command::Advance(u64::MAX), "advance 18446744073709551615"),
            (Command::Sync(Arrived::Bytes(120)), "sync 120"),
            (Command::Sync(Arrived::End), "sync end"),
            (Command::Quit, "quit"),
        ] {
            assert_eq!(command.to_string(), line);
            assert_eq!(Command::read(line), Ok(command));
        }
    }

    #[test]
    fn blanks_are_free() {
        assert_eq!(Command::read(" analog  1023 "), Ok(Command::Input(Input::Analog(1023))));
    }

    #[test]
    fn a_malformed_line_says_what_was_expected() {
        let (pin, analog) = ("`pin GPIO low` or", "`analog READING`");
        for (line, expected) in [
            ("pin", pin),
            ("pin 4", pin),
            ("pin 17 low", pin),
            ("pin -1 low", pin),
            ("pin 4 maybe", pin),
            ("pin 4 low low", pin),
            ("analog", analog),
            ("analog 1024", analog),
            ("analog -1", analog),
            ("bme280 4 5 21.5 45", "`bme280 SDA SCL"),
            ("bme280 4 5 warm 45 1013", "`bme280 SDA SCL"),
            ("bme280 4 5 NaN 45 1013", "-40 to 85 °C"),
            ("bme280 4 5 400 45 1013", "-40 to 85 °C"),
            ("bme280 4 17 21.5 45 1013", "`bme280 SDA SCL"),
            ("wifi", "`wifi up`"),
            ("wifi maybe", "`wifi up`"),
            ("heap now", "`heap` alone"),
            ("advance soon", "`advance MILLISECONDS`"),
            ("advance -1", "`advance MILLISECONDS`"),
            ("sync now", "`sync BYTES`"),
            ("sync", "`sync BYTES`"),
            ("quit please", "`quit` alone"),
            ("", "a command"),
            ("jump", "a command"),
            ("PIN 4 low", "a command"),
        ] {
            let error = Command::read(line).expect_err(line);
            assert_eq!(error.line, line);
            assert!(error.to_string().starts_with(&std::format!("`{line}`: expected ")), "{error}");
            assert!(error.expected.contains(expected), "{error}");
        }
    }

    #[test]
    fn inputs_replace_those_of_the_same_pin() {
        let pin = |gpio, high| Input::Pin { gpio, high };
        assert!(pin(4, true).replaces(&pin(4, false)));
        assert!(!pin(4, true).replaces(&pin(5, true)));
        assert!(!pin(4, true).replaces(&Input::Analog(4)));
        assert_eq!(Input::read("quit").unwrap_err().expected, "an input: `pin`, `analog` or `bme280`");
    }
}
