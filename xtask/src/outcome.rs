//! What a command found, and its exit code.

/// What a command found. A command that can't do its work returns an error instead, which is exit code 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Exit code 0.
    Fine,
    /// Exit code 1.
    Findings,
}

impl Outcome {
    /// Findings, if there are any.
    pub fn of(has_findings: bool) -> Self {
        if has_findings { Self::Findings } else { Self::Fine }
    }
}
