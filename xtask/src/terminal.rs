//! Lines for a person. A reader that went away (`cargo xtask gen | head`) is no reason to stop working.

use std::fmt::Arguments;
use std::io::{IsTerminal, Write};

/// Prints one line on standard output.
pub fn say(line: Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prints one line on standard error: what is neither the result nor a step of it.
pub fn note(line: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Whether findings may be coloured: standard output is a terminal and nobody said `NO_COLOR`.
pub fn color() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// `1 file`, `2 files`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
