//! What a node in virtual time answers when it has done all that follows from what it was told.

use super::{MalformedLine, fields};
use core::fmt;

/// The answer to `sync`: `idle open 2 310 120 22500`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Idle {
    /// Whether the last connection is open.
    pub open: bool,
    /// How many connections were made so far.
    pub made: u64,
    /// Bytes that were sent on the last one.
    pub sent: u64,
    /// Bytes that were received on the last one.
    pub received: u64,
    /// When the node has something to do by itself, in milliseconds since its start; `None`, spelled `-`: never.
    pub due: Option<u64>,
}

impl Idle {
    pub(super) fn read(line: &str) -> Result<Self, MalformedLine<'_>> {
        let expected = "`idle open MADE SENT RECEIVED DUE` or `idle closed …`, with numbers, and `-` for never";
        Self::parse(line).ok_or(MalformedLine { line, expected })
    }

    fn parse(line: &str) -> Option<Self> {
        let [state, made, sent, received, due] = fields(line)?;
        let open = match state {
            "open" => true,
            "closed" => false,
            _ => return None,
        };
        let number = |field: &str| field.parse().ok();
        let due = if due == "-" { None } else { Some(number(due)?) };
        Some(Self { open, made: number(made)?, sent: number(sent)?, received: number(received)?, due })
    }
}

impl fmt::Display for Idle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { open, made, sent, received, due } = self;
        let state = if *open { "open" } else { "closed" };
        write!(out, "idle {state} {made} {sent} {received} ")?;
        match due {
            Some(due) => due.fmt(out),
            None => out.write_str("-"),
        }
    }
}
