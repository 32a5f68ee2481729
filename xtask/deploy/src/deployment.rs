//! A layout and the place where its broker works: what `apply`, `rotate` and `revoke` have in common.

use super::files::{Changes, Files, Installation};
use super::install::{Report, install};
use super::target::{Target, folder};
use anyhow::{Context, Result, bail};
use broker::installed::{self, Release};
use credentials::secrets::Secrets;
use fleetwright_generator::model::{Engine, Security};
use fleetwright_generator::plan::Plan;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Where a broker works.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The folder of the broker's files; it must be there.
    pub folder: PathBuf,
    /// The file with the process number of the running broker, which is then asked to reload; `None`: nobody is asked.
    pub pid_file: Option<PathBuf>,
    /// The release whose form the configuration has; `None`: the one that is installed.
    pub mosquitto: Option<Release>,
    /// The one address that the broker listens on; `None`: all.
    pub listen: Option<IpAddr>,
}

/// A layout, and where its broker works.
pub struct Deployment {
    /// The layout that is deployed.
    pub plan: Plan,
    folder: PathBuf,
    pid_file: Option<PathBuf>,
    listen: Option<IpAddr>,
    plugins: Option<String>,
    version: String,
    progress: Box<dyn Fn(&str)>,
}

impl Deployment {
    /// Looks at the place. `progress` gets a line of text for each step of what is done there.
    pub fn new(plan: &Plan, to: &Destination, progress: impl Fn(&str) + 'static) -> Result<Self> {
        if plan.engine == Engine::Ejabberd {
            bail!(
                "`{0}` has a cluster of ejabberd, which takes a new configuration by `ejabberdctl reload_config`; \
                 `cargo xtask accounts {0}` brings the accounts",
                plan.fleet
            );
        }
        if plan.users.is_empty() {
            bail!("no topic of this layout leaves its node: it needs no broker");
        }
        let (version, release) = installed::found()?;
        if plan.security == Security::Tls {
            installed::check_keys(&version)?;
        }
        let plugins = match to.mosquitto.unwrap_or(release) {
            Release::V20 => None,
            Release::V21 => {
                Some(installed::plugins()?.to_str().context("a folder with a name of other characters")?.to_owned())
            }
        };
        Ok(Self {
            plan: plan.clone(),
            folder: folder(&to.folder)?,
            pid_file: to.pid_file.clone(),
            listen: to.listen,
            plugins,
            version,
            progress: Box::new(progress),
        })
    }

    /// What is done, in a line.
    pub fn title(&self) -> String {
        let Self { plan, folder, version, .. } = self;
        format!("{} · {} to {}, tried with Mosquitto {version}", plan.fleet, plan.layout, folder.display())
    }

    /// Whether a running broker is named.
    pub fn is_live(&self) -> bool {
        self.pid_file.is_some()
    }

    /// The broker's files for these secrets.
    pub fn files(&self, secrets: &Secrets) -> Result<Files> {
        self.files_with(secrets, &Changes::default())
    }

    /// The files, with changes for a moment.
    pub fn files_with(&self, secrets: &Secrets, changes: &Changes) -> Result<Files> {
        let installation =
            Installation { folder: &self.folder, address: self.listen, plugins: self.plugins.as_deref() };
        Files::make(&self.plan, secrets, &installation, changes)
    }

    /// Installs files; each step is reported as it is done.
    pub fn install(&self, files: &Files) -> Result<Report> {
        let target = Target { folder: &self.folder, pid_file: self.pid_file.as_deref() };
        install(files, &target, &mut |line| self.progress(line))
    }

    /// Reports a step, a line of text, to whoever made this deployment.
    pub fn progress(&self, line: &str) {
        (self.progress)(line);
    }

    /// The folder of the broker's files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
