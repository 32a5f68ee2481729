//! The steps of an installation: stage, try, move, reload, ask.

use super::files::Files;
use super::live::Live;
use super::sentinel::{self, Access};
use super::staging::{self, Present, Staging};
use super::target::Target;
use super::{proof, restart};
use anyhow::{Context, Result};
use broker::Owner;
use broker::tls::{Endpoint, Tls};

/// What an installation did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Files are not as they were.
    pub changed: bool,
    /// A running broker works by these files.
    pub in_force: bool,
    /// Lines of the configuration that a running broker takes over at a restart only.
    pub restart: Vec<String>,
}

/// Installs files, and has a running broker work by them. `progress` gets a line for each step.
///
/// # Errors
///
/// The files are refused, and nothing was touched; or the broker failed open, and was stopped; or it can't be told.
pub fn install(files: &Files, target: &Target<'_>, progress: &mut dyn FnMut(&str)) -> Result<Report> {
    let lock = std::fs::File::open(target.folder).context("opening the folder")?;
    lock.lock().context("waiting for another installation")?;
    staging::sweep(target.folder)?;
    let present = Present::read(target.folder, files)?;
    let endpoint = present.as_ref().map_or(files.endpoint, |present| present.endpoint);
    let live = target.pid_file.map(|file| Live::find(file, endpoint.port)).transpose()?;
    let before = match (&live, &present) {
        (Some(_), Some(present)) => Some(sentinel::ask(endpoint, &present.sentinel)?),
        _ => None,
    };
    let same = present.as_ref().is_some_and(|present| present.is(files));
    if same && (before == Some(Access::Denied) || live.is_none()) {
        let running = if live.is_some() { ", and the broker refuses the sentinel, as it should" } else { "" };
        progress(&format!("  ok  the files are those that are there{running}"));
        return Ok(Report { in_force: live.is_some(), ..Report::default() });
    }
    let owner = match (&live, &present) {
        (Some(live), _) => live.owner,
        (None, Some(_)) => Owner::of(&target.folder.join("acl"))?,
        (None, None) => Owner::of(target.folder)?,
    };
    let staging = Staging::write(files, target.folder, owner)?;
    progress(&format!("  ok  new files lie beside the old ones, readable by user {} alone", owner.user));
    let staging = staging.tried(|folder| proof::try_out(files, folder, owner, progress))?;
    let mut report = Report { changed: !same, in_force: false, restart: Vec::new() };
    if let Some(present) = &present {
        report.restart = restart::needed(&present.configuration, &files.configuration);
    }
    staging.move_into(target.folder)?;
    progress(&format!("  ok  {} has the new files", target.folder.display()));
    let Some(live) = live else { return Ok(report) };
    live.reload()?;
    // Whether TLS is used waits for a restart, a new certificate does not.
    let endpoint = match (endpoint.tls, files.endpoint.tls) {
        (Tls::Pinned(_), Tls::Pinned(_)) => Endpoint { tls: files.endpoint.tls, ..endpoint },
        _ => endpoint,
    };
    proof::verdict(&live, endpoint, files, before)?;
    progress(
        "  ok  the broker has read them: it knows the sentinel's new password, and refuses what the sentinel tries",
    );
    report.in_force = true;
    Ok(report)
}
