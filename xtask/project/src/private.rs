//! Files that only their owner may read (mode 0600). They hold secrets; nothing here looks into them.

use anyhow::{Context, Result};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Makes a new file that only its owner may read, open for writing.
///
/// # Errors
///
/// There is such a file already, or it can't be made.
pub fn create(path: &Path) -> Result<File> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.with_context(|| format!("writing {}", path.display()))
}

/// Writes a text to a file that only its owner may read. A file that is there is emptied first and keeps its mode.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let context = || format!("writing {}", path.display());
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)
}
