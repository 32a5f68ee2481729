//! Values that outlive a power cut: a file with a line `KEY VALUE` for each, read at the start and written anew when one
//! changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The values of a node, and where they are kept.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Kept {
    values: BTreeMap<u32, u16>,
    /// `None`: they go with the process.
    file: Option<PathBuf>,
}

impl Kept {
    /// What a file holds, and is to hold from now on; one that is not there yet holds nothing.
    pub(crate) fn open(file: &Path) -> Result<Self, String> {
        let mut values = BTreeMap::new();
        if file.exists() {
            let text = std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
            for line in text.lines() {
                let pair = line.split_once(' ').and_then(|(key, value)| Some((key.parse().ok()?, value.parse().ok()?)));
                let (key, value) = pair.ok_or(format!("{}: `{line}` is no key and value", file.display()))?;
                values.insert(key, value);
            }
        }
        Ok(Self { values, file: Some(file.to_owned()) })
    }

    /// The value that was kept last under a key.
    pub(crate) fn value(&self, key: u32) -> Option<u16> {
        self.values.get(&key).copied()
    }

    /// Keeps a value under a key.
    pub(crate) fn keep(&mut self, key: u32, value: u16) -> Result<(), String> {
        if self.values.insert(key, value) == Some(value) {
            return Ok(());
        }
        let Some(file) = &self.file else { return Ok(()) };
        let text: String = self.values.iter().map(|(key, value)| format!("{key} {value}\n")).collect();
        std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_there_at_the_next_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("kept");
        let mut kept = Kept::open(&file).expect("nothing yet");
        kept.keep(7, 1).and_then(|()| kept.keep(7, 2)).expect("written");
        assert_eq!(Kept::open(&file).map(|kept| kept.value(7)), Ok(Some(2)));
        std::fs::write(&file, "7 one\n").expect("written");
        assert!(Kept::open(&file).is_err_and(|mistake| mistake.ends_with("`7 one` is no key and value")));
    }
}
