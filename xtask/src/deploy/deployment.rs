//! A layout and the place where its broker works: what `apply`, `rotate` and `revoke` have in common.

use super::files::{Changes, Files, Place};
use super::{Report, Target, folder, install};
use crate::cli::Outcome;
use crate::mosquitto::{self, Release};
use crate::secrets::Secrets;
use anyhow::{Context, Result, bail};
use fleetwright_generator::fleet::Security;
use fleetwright_generator::plan::Plan;
use std::net::IpAddr;
use std::path::PathBuf;

/// Where a broker works, in words of the command line.
#[derive(Clone, Debug, clap::Args)]
pub struct Where {
    /// The folder of the broker's files; it must be there
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
    /// Which layout; the first, if not named
    #[arg(long)]
    pub layout: Option<String>,
    /// The file with the process number of the running broker, which is then asked to reload; Debian's is
    /// /run/mosquitto/mosquitto.pid
    #[arg(long, value_name = "FILE")]
    pub pid_file: Option<PathBuf>,
    /// The form of the configuration; that of the Mosquitto that is installed, if not named
    #[arg(long, value_enum)]
    pub mosquitto: Option<Release>,
    /// The one address that the broker listens on; all, if not named
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<IpAddr>,
}

/// A layout, and where its broker works.
pub struct Deployment {
    /// The layout.
    pub plan: Plan,
    folder: PathBuf,
    pid_file: Option<PathBuf>,
    listen: Option<IpAddr>,
    plugins: Option<String>,
    version: String,
}

impl Deployment {
    /// Looks at the place.
    pub fn new(plan: &Plan, to: &Where) -> Result<Self> {
        if plan.users.is_empty() {
            bail!("no topic of this layout leaves its node: it needs no broker");
        }
        let (version, release) = mosquitto::found()?;
        if plan.security == Security::Tls {
            mosquitto::check_keys(&version)?;
        }
        let plugins = match to.mosquitto.unwrap_or(release) {
            Release::V20 => None,
            Release::V21 => {
                Some(mosquitto::plugins()?.to_str().context("a folder with a name of other characters")?.to_owned())
            }
        };
        Ok(Self {
            plan: plan.clone(),
            folder: folder(&to.to)?,
            pid_file: to.pid_file.clone(),
            listen: to.listen,
            plugins,
            version,
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

    /// The files.
    pub fn files(&self, secrets: &Secrets) -> Result<Files> {
        self.files_with(secrets, &Changes::default())
    }

    /// The files, with changes for a moment.
    pub fn files_with(&self, secrets: &Secrets, changes: &Changes) -> Result<Files> {
        let place = Place { folder: &self.folder, address: self.listen, plugins: self.plugins.as_deref() };
        Files::make(&self.plan, secrets, &place, changes)
    }

    /// Installs files and says each step.
    pub fn install(&self, files: &Files) -> Result<Report> {
        install(files, &Target { folder: &self.folder, pid_file: self.pid_file.as_deref() }, &mut |line| {
            println!("{line}")
        })
    }

    /// Says what is left to do; findings where a running broker does not work by all of it.
    pub fn close(&self, report: &Report) -> Outcome {
        let folder = self.folder.display();
        if !self.is_live() {
            if report.changed {
                println!("  --  no broker was asked to reload: name its process with --pid-file, or restart it");
                println!("      Mosquitto's own configuration must include {folder}/mosquitto.conf; on Debian:");
                println!("        ln -sf {folder}/mosquitto.conf /etc/mosquitto/conf.d/{}.conf", self.plan.fleet);
                println!("        systemctl restart mosquitto");
            }
            return Outcome::Fine;
        }
        if report.restart.is_empty() {
            return Outcome::Fine;
        }
        println!("  NO  the running broker works by the new rules, but takes over at a restart only:");
        report.restart.iter().for_each(|line| println!("        {line}"));
        println!("      restart it: `systemctl restart mosquitto`");
        Outcome::Findings
    }
}
