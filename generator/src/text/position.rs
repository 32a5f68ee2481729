//! Where something stands, as messages name it: plain data that every room may carry.

/// Where something stands, as messages name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The file's path.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1; columns count characters.
    pub column: usize,
}

impl std::fmt::Display for Position {
    /// `fleets/room.yaml:31`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
