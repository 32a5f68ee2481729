//! Reports on standard output.

use fleetwright_protocol::Report;
use std::io::Write;

/// Writes a report. Tools that no longer read are as good as `quit`, and standard input shows that.
pub(crate) fn report(report: Report<'_>) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{report}").and_then(|()| out.flush());
}

/// Whether the broker has accepted the node, reported when it changes.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkState(bool);

impl LinkState {
    /// Takes the present state; the report if it is another one than before.
    pub fn change(&mut self, up: bool) -> Option<Report<'static>> {
        (std::mem::replace(&mut self.0, up) != up).then_some(Report::Link(up))
    }

    /// Whether the broker has accepted the node.
    pub fn is_up(self) -> bool {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_are_reported() {
        let mut link = LinkState::default();
        assert_eq!(link.change(false), None);
        assert_eq!(link.change(true), Some(Report::Link(true)));
        assert_eq!(link.change(true), None);
        assert_eq!(link.change(false), Some(Report::Link(false)));
        assert!(!link.is_up());
    }
}
