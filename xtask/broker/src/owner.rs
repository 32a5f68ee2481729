//! The user to whom files belong, and as whom a broker runs.

use anyhow::{Context, Result};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Whose files are, and as whom a broker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The user's number.
    pub user: u32,
    /// The number of its group.
    pub group: u32,
}

impl Owner {
    /// Of a file or folder.
    pub fn of(path: &Path) -> Result<Self> {
        let data = std::fs::metadata(path).with_context(|| format!("looking at {}", path.display()))?;
        Ok(Self { user: data.uid(), group: data.gid() })
    }

    /// Makes it the owner of a file or folder.
    ///
    /// # Errors
    ///
    /// Only root may give files away.
    pub fn give(self, path: &Path) -> Result<()> {
        if Self::of(path)? == self {
            return Ok(());
        }
        std::os::unix::fs::chown(path, Some(self.user), Some(self.group)).with_context(|| {
            format!("making user {} the owner of {}, which takes root: use sudo", self.user, path.display())
        })
    }
}
