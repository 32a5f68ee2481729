//! Where a broker's files go.

use anyhow::{Result, bail};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Where the files go, and who reads them.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The folder: absolute, there, and no link.
    pub folder: &'a Path,
    /// The file in which the running broker's process has its number; `None`: nobody is asked to reload.
    pub pid_file: Option<&'a Path>,
}

/// The folder of a target as configurations name it.
///
/// # Errors
///
/// It is not there, or somebody else could exchange files in it, or Mosquitto could not read its name.
pub fn folder(named: &Path) -> Result<PathBuf> {
    let shown = named.display();
    let Ok(path) = named.canonicalize() else {
        bail!(
            "there is no folder {shown}; make it for the broker alone: `install -d -o mosquitto -g mosquitto -m 0700 {shown}`"
        );
    };
    if !path.is_dir() {
        bail!("{shown} is no folder");
    }
    if path.to_str().is_none_or(|text| text.contains(char::is_control) || text.trim() != text) {
        bail!("{shown}: Mosquitto's configuration can't name a folder with such characters");
    }
    if std::fs::metadata(&path)?.permissions().mode() & 0o022 != 0 {
        bail!("others may write into {shown}; run `chmod go-w {shown}`");
    }
    Ok(path)
}
