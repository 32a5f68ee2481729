//! The files that an import reads: an interface, and the disk behind it. Knows no format.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// Where the text of a file comes from.
pub trait Files {
    /// The text of a file.
    ///
    /// # Errors
    ///
    /// There is no such file, or it can't be read as text.
    fn read(&self, path: &Path) -> Result<String>;

    /// The files in a folder and in those below it, ordered; what begins with a dot is left out.
    ///
    /// # Errors
    ///
    /// There is no such folder, or it can't be read.
    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>>;
}

/// The files of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<String> {
        std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
    }

    fn below(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let reading = || format!("reading {}", folder.display());
            for entry in std::fs::read_dir(&folder).with_context(reading)? {
                let entry = entry.with_context(reading)?;
                if entry.file_name().to_string_lossy().starts_with('.') {
                    continue;
                }
                // A link to a folder is not followed, so that no way leads in a circle.
                let kind = entry.file_type().with_context(reading)?;
                if kind.is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
            }
        }
        files.sort();
        Ok(files)
    }
}
