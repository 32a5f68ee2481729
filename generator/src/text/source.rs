//! The text of a fleet file, and positions in it.

use super::position::Position;
use super::span::Span;

/// A fleet file in memory, with the files that it includes.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as messages show it, from the project's folder: `fleets/room.yaml`.
    pub path: String,
    /// The text of the fleet file, and behind it those of the files that it includes: places count on through all of them.
    pub text: String,
    /// The files that it includes, in the order in which they were found.
    pub included: Vec<Included>,
    /// Fleets of other files that are generated into the same folder: name, and where it says so.
    pub neighbours: Vec<(String, Position)>,
}

/// A file that another one includes.
#[derive(Clone, Debug)]
pub struct Included {
    /// Its path, as messages show it.
    pub path: String,
    /// Where its text starts.
    pub start: usize,
    /// Where it is named.
    pub from: Span,
    /// Why there is nothing of it to be read, if there is not.
    pub refused: Option<String>,
}

impl Source {
    /// A file that includes nothing yet.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), included: Vec::new(), neighbours: Vec::new() }
    }

    /// Adds a file that is named at `from`: its text, or why it can't be read.
    pub fn include(&mut self, path: &str, from: Span, text: Result<&str, String>) {
        // Places of two files never touch.
        self.text.push('\n');
        let start = self.text.len();
        let refused = match text {
            Ok(text) => {
                self.text.push_str(text);
                None
            }
            Err(reason) => Some(reason),
        };
        self.included.push(Included { path: path.to_owned(), start, from, refused });
    }

    /// How the file calls its fleet, as far as a glance tells, and where it says so: a file of which nothing more is asked.
    pub fn fleet(&self) -> Option<(String, Position)> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            if let Some(rest) = line.strip_prefix("fleet:") {
                let name = rest.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
                return Some((name.to_owned(), self.position(start)));
            }
            start += line.len();
        }
        None
    }

    /// The files: the path of each and its text's place.
    pub fn files(&self) -> impl Iterator<Item = (&str, Span)> {
        let starts = [0].into_iter().chain(self.included.iter().map(|file| file.start));
        let ends = self.included.iter().map(|file| file.start - 1).chain([self.text.len()]);
        let paths = [self.path.as_str()].into_iter().chain(self.included.iter().map(|file| file.path.as_str()));
        paths.zip(starts.zip(ends).map(|(start, end)| Span { start, end }))
    }

    /// The file in which a byte stands.
    pub fn file(&self, byte: usize) -> (&str, Span) {
        let mut files = self.files().take_while(|(_, span)| span.start <= byte);
        let first = files.next().unwrap_or((self.path.as_str(), Span::default()));
        files.last().unwrap_or(first)
    }

    /// Where a byte stands.
    pub fn position(&self, byte: usize) -> Position {
        let (file, whole) = self.file(byte);
        let before = self.text.get(whole.start..byte.clamp(whole.start, whole.end)).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            file: file.to_owned(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
        }
    }

    /// The entries by which the file of a byte came in, the nearest first; none for the fleet file itself.
    pub fn chain(&self, byte: usize) -> Vec<Span> {
        let mut chain = Vec::new();
        let mut at = byte;
        while let Some(file) = self.included.iter().rev().find(|file| file.start <= at) {
            chain.push(file.from);
            // A file is named in one that was read before it.
            at = file.from.start;
        }
        chain
    }

    /// Line and column of a byte in its file, both from 1; columns count characters.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let position = self.position(byte);
        (position.line, position.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::new("x.yaml", "a\nβγ: δ\n");
        assert_eq!(source.line_column(0), (1, 1));
        assert_eq!(source.line_column("a\nβγ: ".len()), (2, 5));
    }
}
