//! Topic names that come with a node's identity: copies of one program differ in nothing else.

use crate::needs::COPIES;

/// A table of names as bytes: the length of each (one byte), then the name. The status topic is first, then come the
/// topics in the order of [`Program::topics`](crate::Program::topics).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names<'a>(&'a [u8]);

impl<'a> Names<'a> {
    /// Reads a table; `None`: it is damaged.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = bytes;
        if !COPIES {
            return None;
        }
        while let [length, after @ ..] = rest {
            let (name, after) = after.split_at_checked(usize::from(*length))?;
            core::str::from_utf8(name).ok()?;
            rest = after;
        }
        Some(Self(bytes))
    }

    /// Whether there are none: the program's own names count.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The name of the status topic.
    pub(crate) fn status(self) -> Option<&'a str> {
        self.nth(0)
    }

    /// The name of the topic with this index in the program's table.
    pub(crate) fn topic(self, index: usize) -> Option<&'a str> {
        self.nth(index + 1)
    }

    fn nth(self, index: usize) -> Option<&'a str> {
        let mut rest = self.0;
        for _ in 0..index {
            let [length, after @ ..] = rest else { return None };
            rest = after.get(usize::from(*length)..)?;
        }
        let [length, after @ ..] = rest else { return None };
        core::str::from_utf8(after.get(..usize::from(*length))?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_place() {
        let Some(names) = Names::read(b"\x03f/s\x01a\x00") else { unreachable!("it is whole") };
        assert_eq!((names.status(), names.topic(0), names.topic(1)), (Some("f/s"), Some("a"), Some("")));
        assert_eq!(names.topic(2), None);
    }

    #[test]
    fn a_damaged_table_is_none() {
        assert_eq!(Names::read(b"\x04abc"), None);
        assert_eq!(Names::read(b"\x02\xff\xff"), None);
    }
}
