//! New files beside the old ones, and how they change places.

use super::files::{CONFIGURATION, Files};
use super::sentinel::Login;
use anyhow::{Context, Result};
use broker::tls::Endpoint;
use broker::{Mosquitto, Owner, configured_tls};
use project::private;
use std::fs::File;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use tempfile::TempDir;

/// What folders of new files begin with.
const PREFIX: &str = ".fleetwright-";
/// The new configuration, while a broker is tried out on one with another port.
const NEXT: &str = "mosquitto.conf.next";

/// What is installed now.
pub(super) struct Present {
    pub(super) configuration: String,
    acl: String,
    credentials: String,
    others: Vec<String>,
    /// The sentinel of these files.
    pub(super) sentinel: Login,
    /// Where a broker on these files listens.
    pub(super) endpoint: Endpoint,
}

impl Present {
    /// Reads a folder; `None`: files are missing.
    pub(super) fn read(folder: &Path, files: &Files) -> Result<Option<Self>> {
        let mut texts = Vec::new();
        for name in [CONFIGURATION, "acl", files.credentials.0] {
            let Some(text) = read(&folder.join(name))? else { return Ok(None) };
            texts.push(text);
        }
        let [configuration, acl, credentials] = texts.try_into().unwrap_or_default();
        let others = files.others.iter().map(|(name, _)| Ok(read(&folder.join(name))?.unwrap_or_default()));
        let others = others.collect::<Result<_>>()?;
        let sentinel = files.sentinel_of(&configuration, &acl, &credentials);
        let listener = configuration.lines().find_map(|line| line.strip_prefix("listener ")).unwrap_or_default();
        let mut fields = listener.split(' ');
        let port = fields.next().and_then(|port| port.parse().ok()).unwrap_or(files.endpoint.port);
        let host = fields.next().and_then(|host| host.parse().ok()).unwrap_or(IpAddr::from(Ipv4Addr::LOCALHOST));
        let endpoint = Endpoint { host, port, tls: configured_tls(&configuration, folder)? };
        Ok(Some(Self { configuration, acl, credentials, others, sentinel, endpoint }))
    }

    /// Whether new files are the same.
    pub(super) fn is(&self, files: &Files) -> bool {
        let same = (&self.configuration, &self.acl, &self.credentials)
            == (&files.configuration, &files.acl, &files.credentials.1);
        same && self.others.iter().eq(files.others.iter().map(|(_, text)| text))
    }
}

/// The text of a file; `None`: there is none.
fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("reading {}", path.display())),
    }
}

/// New files in a folder of their own.
pub(super) struct Staging<F> {
    folder: F,
    names: Vec<&'static str>,
}

impl Staging<TempDir> {
    /// Writes them, readable by one user alone.
    pub(super) fn write(files: &Files, beside: &Path, owner: Owner) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(beside);
        let folder = folder.with_context(|| format!("making a folder in {}", beside.display()))?;
        let (credentials, text) = &files.credentials;
        // In the order in which they are moved: the configuration, which names the others, comes last.
        let mut all = vec![("acl", &files.acl), (*credentials, text)];
        all.extend(files.others.iter().map(|(name, text)| (*name, text)));
        all.push((NEXT, &files.configuration));
        for (name, text) in &all {
            let path = folder.path().join(name);
            private::write(&path, text)?;
            File::open(&path)?.sync_all().with_context(|| format!("writing {}", path.display()))?;
            owner.give(&path)?;
        }
        owner.give(folder.path())?;
        Ok(Self { folder, names: all.into_iter().map(|(name, _)| name).collect() })
    }

    /// Has a broker tried on them.
    pub(super) fn tried(self, with: impl FnOnce(TempDir) -> Result<Mosquitto>) -> Result<Staging<Mosquitto>> {
        Ok(Staging { folder: with(self.folder)?, names: self.names })
    }
}

impl Staging<Mosquitto> {
    /// Puts each file into its place in one step: whoever opens it reads the old one or the new one.
    pub(super) fn move_into(mut self, folder: &Path) -> Result<()> {
        self.folder.stop();
        for name in self.names {
            let to = folder.join(if name == NEXT { CONFIGURATION } else { name });
            let from = self.folder.folder().join(name);
            std::fs::rename(from, &to).with_context(|| format!("putting {} into its place", to.display()))?;
        }
        File::open(folder)?.sync_all().with_context(|| format!("writing {}", folder.display()))
    }
}

/// Removes what an installation that was interrupted left behind.
pub(super) fn sweep(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path()).with_context(|| format!("removing {}", entry.path().display()))?;
        }
    }
    Ok(())
}
