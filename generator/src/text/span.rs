//! Stretches of a source's text, and values that know where they were written.

/// A stretch of a source's text, in bytes: `start..end`. Never empty unless the text ends there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// The value that was read.
    pub value: T,
    /// The bytes of the source that it was read from.
    pub span: Span,
}

/// A text as written.
pub type Text = At<String>;
