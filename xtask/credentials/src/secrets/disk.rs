//! Where the file of secrets is, and how it is read and written. Knows nothing of what is in it.

use anyhow::{Context, Result, bail};
use project::root;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The folder of the secrets: `fleets/`, or the one that the environment names in `FLEETWRIGHT_SECRETS`, such as a mounted
/// volume.
pub fn folder() -> PathBuf {
    std::env::var_os("FLEETWRIGHT_SECRETS").map_or_else(|| root().join("fleets"), PathBuf::from)
}

/// The path of the project's file.
pub fn path() -> PathBuf {
    folder().join("secrets.yaml")
}

/// The file's text, empty where there is none; refused where others may read it.
pub fn read(path: &Path) -> Result<String> {
    let data = match std::fs::metadata(path) {
        Ok(data) => data,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    if data.permissions().mode() & 0o077 != 0 {
        bail!("{} can be read by others; run `chmod 600 {}`", path.display(), path.display());
    }
    std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))
}

/// Writes a secret file beside its place and moves it there: nobody ever sees half of it, and nobody else may read it.
pub fn replace(path: &Path, text: &str) -> Result<()> {
    let context = || format!("writing {}", path.display());
    let folder = path.parent().with_context(context)?;
    // Files of this kind are made with mode 0600.
    let mut draft = tempfile::Builder::new().prefix(".fleetwright-").tempfile_in(folder).with_context(context)?;
    draft.write_all(text.as_bytes()).with_context(context)?;
    draft.as_file().sync_all().with_context(context)?;
    draft.persist(path).map(drop).with_context(context)
}
