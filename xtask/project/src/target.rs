//! Target directories that several commands share: one of them builds at a time.

use anyhow::{Context, Result};
use std::fs::File;
use std::path::Path;

/// Makes the folder if it is not there, and waits until no other command builds in it. The lock ends with the file.
///
/// # Errors
///
/// The folder or the lock file in it can't be made, or the file system knows no locks.
pub fn lock(folder: &Path) -> Result<File> {
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let path = folder.join("fleetwright.lock");
    let lock = File::create(&path).with_context(|| format!("making {}", path.display()))?;
    lock.lock().with_context(|| format!("waiting for another build in {}", folder.display()))?;
    Ok(lock)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_command_of_a_fresh_checkout_finds_no_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("target/generated");
        let held = lock(&target).expect("a lock");
        let other = File::open(target.join("fleetwright.lock")).expect("the lock file");
        assert!(other.try_lock().is_err(), "two commands would build at once");
        drop(held);
        assert!(other.try_lock().is_ok());
    }
}
