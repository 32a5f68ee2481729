//! Reports: from a node to the tools.

use super::{Idle, MalformedLine, fields, gpio, level, level_name, up, up_name};
use crate::{ALL_OF_THE_TIME, Usage};
use core::fmt;

/// What a node reports. Texts are one line: they have no line end in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report<'l> {
    /// It runs, and its pins are configured.
    Ready,
    /// It drives a pin.
    Pin {
        /// GPIO, 0 to 16.
        gpio: u8,
        /// Whether the level is high.
        high: bool,
    },
    /// It keeps a pin high for a part of the time.
    Duty {
        /// GPIO, 0 to 16.
        gpio: u8,
        /// That part, in thousandths.
        permille: u16,
    },
    /// A line of its serial log.
    Log(&'l str),
    /// Whether the broker has accepted it; `false`: the connection is gone.
    Link(bool),
    /// A role published on a topic that stays inside the node: path, blank and payload. [`split_topic`] takes it apart.
    Topic(&'l str),
    /// In virtual time: so many milliseconds have passed since the start, and all that was due is done.
    Time(u64),
    /// In virtual time: it has done all that follows from what it was told.
    Idle(Idle),
    /// What of its memory is in use.
    Heap(Usage),
    /// A command was refused, and why.
    Error(&'l str),
}

impl<'l> Report<'l> {
    /// Reads a line.
    pub fn read(line: &'l str) -> Result<Self, MalformedLine<'l>> {
        let malformed = |expected| MalformedLine { line, expected };
        let (name, text) = line.split_once(' ').unwrap_or((line, ""));
        match name {
            "ready" => fields(line).map(|[]| Self::Ready).ok_or(malformed("`ready` alone")),
            "pin" => pin(line).ok_or(malformed("`pin GPIO low` or `pin GPIO high`, with a GPIO from 0 to 16")),
            "duty" => duty(line).ok_or(malformed("`duty GPIO THOUSANDTHS`, with a GPIO from 0 to 16")),
            // An empty line of the log may have lost the blank at its end.
            "log" => Ok(Self::Log(text)),
            "link" => {
                let up = fields(line).and_then(|[field]| up(field));
                up.map(Self::Link).ok_or(malformed("`link up` or `link down`"))
            }
            "topic" if !text.is_empty() => Ok(Self::Topic(text)),
            "topic" => Err(malformed("`topic PATH PAYLOAD`")),
            "time" => {
                let time = fields(line).and_then(|[field]| field.parse().ok());
                time.map(Self::Time).ok_or(malformed("`time MILLISECONDS`"))
            }
            "idle" => Idle::read(line).map(Self::Idle),
            "heap" => Usage::read(line).map(Self::Heap),
            "error" if !text.is_empty() => Ok(Self::Error(text)),
            "error" => Err(malformed("`error` and a reason")),
            _ => Err(malformed(
                "a report: `ready`, `pin`, `duty`, `log`, `link`, `topic`, `time`, `idle`, `heap` or `error`",
            )),
        }
    }
}

fn pin<'l>(line: &str) -> Option<Report<'l>> {
    let [pin, carried] = fields(line)?;
    Some(Report::Pin { gpio: gpio(pin)?, high: level(carried)? })
}

fn duty<'l>(line: &str) -> Option<Report<'l>> {
    let [pin, part] = fields(line)?;
    let permille = part.parse().ok().filter(|permille| *permille <= ALL_OF_THE_TIME)?;
    Some(Report::Duty { gpio: gpio(pin)?, permille })
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready => out.write_str("ready"),
            Self::Pin { gpio, high } => write!(out, "pin {gpio} {}", level_name(*high)),
            Self::Duty { gpio, permille } => write!(out, "duty {gpio} {permille}"),
            Self::Log(text) => write!(out, "log {text}"),
            Self::Link(up) => write!(out, "link {}", up_name(*up)),
            Self::Topic(text) => write!(out, "topic {text}"),
            Self::Time(milliseconds) => write!(out, "time {milliseconds}"),
            Self::Idle(idle) => idle.fmt(out),
            Self::Heap(usage) => usage.fmt(out),
            Self::Error(reason) => write!(out, "error {reason}"),
        }
    }
}

/// Takes the text of [`Report::Topic`] apart into path and payload. Paths may have blanks, so the known paths decide where
/// the path ends, the longest first; a path that is none of them ends at the first blank.
pub fn split_topic<'l, 'p>(text: &'l str, paths: impl IntoIterator<Item = &'p str>) -> Option<(&'l str, &'l str)> {
    let ends = paths.into_iter().filter(|path| text.strip_prefix(path).is_some_and(|rest| rest.starts_with(' ')));
    match ends.map(str::len).max() {
        Some(end) => Some((text.get(..end)?, text.get(end + 1..)?)),
        None => text.split_once(' '),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_written_is_read() {
        let idle = |open, due| Report::Idle(Idle { open, made: 2, sent: 310, received: 120, due });
        for (report, line) in [
            (Report::Ready, "ready"),
            (Report::Pin { gpio: 5, high: true }, "pin 5 high"),
            (Report::Pin { gpio: 16, high: false }, "pin 16 low"),
            (Report::Duty { gpio: 5, permille: 1000 }, "duty 5 1000"),
            (Report::Log("connected"), "log connected"),
            (Report::Log(" two  blanks "), "log  two  blanks "),
            (Report::Log(""), "log "),
            (Report::Link(true), "link up"),
            (Report::Link(false), "link down"),
            (Report::Topic("room/light On"), "topic room/light On"),
            (Report::Topic("room/light "), "topic room/light "),
            (Report::Time(1500), "time 1500"),
            (idle(true, Some(22_500)), "idle open 2 310 120 22500"),
            (idle(false, None), "idle closed 2 310 120 -"),
            (
                Report::Heap(Usage::default()),
                "heap 0 allocated 0 most 0 deepest 0 spare 0 stack 0 timers 0 connections 0 cycles 0",
            ),
            (Report::Error("time is real"), "error time is real"),
        ] {
            assert_eq!(report.to_string(), line);
            assert_eq!(Report::read(line), Ok(report));
        }
        assert_eq!(Report::read("log"), Ok(Report::Log("")));
    }

    #[test]
    fn a_malformed_line_says_what_was_expected() {
        let idle = "`idle open MADE";
        for (line, expected) in [
            ("", "a report"),
            ("hello", "a report"),
            ("ready now", "`ready` alone"),
            ("pin 5", "`pin GPIO low`"),
            ("pin five high", "`pin GPIO low`"),
            ("pin 5 up", "`pin GPIO low`"),
            ("pin 17 high", "`pin GPIO low`"),
            ("duty 5", "`duty GPIO"),
            ("duty 5 1001", "`duty GPIO"),
            ("link", "`link up`"),
            ("link maybe", "`link up`"),
            ("topic", "`topic PATH"),
            ("time", "`time MILL"),
            ("time soon", "`time MILL"),
            ("idle", idle),
            ("idle open 2 310 120", idle),
            ("idle ajar 2 310 120 -", idle),
            ("idle open 2 many 120 -", idle),
            ("idle open 2 310 lots -", idle),
            ("idle open 2 310 120 soon", idle),
            ("idle open 2 310 120 - -", idle),
            ("heap", "`heap N allocated N"),
            ("heap 1 allocated 2", "`heap N allocated N"),
            ("error", "`error` and"),
        ] {
            let error = Report::read(line).expect_err(line);
            assert_eq!(error.line, line);
            assert!(error.expected.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn known_paths_say_where_a_path_ends() {
        let paths = ["living", "living room", "living room/light"];
        let split = |text| split_topic(text, paths);
        assert_eq!(split("living room On"), Some(("living room", "On")));
        assert_eq!(split("living room/light On now"), Some(("living room/light", "On now")));
        assert_eq!(split("living On"), Some(("living", "On")));
        assert_eq!(split("cellar On"), Some(("cellar", "On")));
        assert_eq!(split("cellar"), None);
    }
}
