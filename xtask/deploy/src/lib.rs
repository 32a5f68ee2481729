//! Puts generated files under a broker, and a running one onto them.
//!
//! Mosquitto 2.0 fails open: one bad line in the rules that SIGHUP makes it read, or a file that it can't read, and every
//! client that is logged in may read and write everything (mosquitto issues 3350, 588). So nothing is reloaded that was not
//! tried: a broker of our own, run by the same user, has to start on exactly these files and to refuse there what nobody
//! may do. Then the files change places in one step each, and the running broker is asked the same. If it does not refuse,
//! it is stopped.
//!
//! The one who asks is the sentinel, an account without any right. Its password follows from what the other lines say, so
//! that a broker which lets it in has read these files and no others.

mod deployment;
pub mod files;
pub mod images;
mod live;
pub mod renewal;
mod restart;
mod sentinel;
mod staging;

pub use deployment::{Deployment, Where};
pub use files::{Changes, Files, Visitor};
pub use sentinel::{Login, Word, ask};

use anyhow::{Context, Result, bail};
use broker::tls::{Door, Tls};
use broker::{Mosquitto, Owner, Start};
use live::Live;
use staging::{Present, Staging};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long a broker may take to read its files again: 16 s were measured with 200 clients and a hundred times our
/// iterations.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the files go, and who reads them.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The folder: absolute, there, and no link.
    pub folder: &'a Path,
    /// The file in which the running broker's process has its number; `None`: nobody is asked to reload.
    pub pid_file: Option<&'a Path>,
}

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

/// The folder of a target as configurations name it.
///
/// # Errors
///
/// It is not there, or somebody else could exchange files in it, or Mosquitto could not read its name.
pub fn folder(word: &Path) -> Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;
    let shown = word.display();
    let Ok(path) = word.canonicalize() else {
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

/// Installs files, and has a running broker work by them. `say` gets a line for each step.
///
/// # Errors
///
/// The files are refused, and nothing was touched; or the broker failed open, and was stopped; or it can't be told.
pub fn install(files: &Files, target: &Target<'_>, say: &mut dyn FnMut(&str)) -> Result<Report> {
    let lock = std::fs::File::open(target.folder).context("opening the folder")?;
    lock.lock().context("waiting for another installation")?;
    staging::sweep(target.folder)?;
    let present = Present::read(target.folder, files)?;
    let door = present.as_ref().map_or(files.door, |present| present.door);
    let live = target.pid_file.map(|file| Live::find(file, door.port)).transpose()?;
    let before = match (&live, &present) {
        (Some(_), Some(present)) => Some(sentinel::ask(door, &present.sentinel)?),
        _ => None,
    };
    let same = present.as_ref().is_some_and(|present| present.is(files));
    if same && (before == Some(Word::Denied) || live.is_none()) {
        let running = if live.is_some() { ", and the broker refuses the sentinel, as it should" } else { "" };
        say(&format!("  ok  the files are those that are there{running}"));
        return Ok(Report { in_force: live.is_some(), ..Report::default() });
    }
    let owner = match (&live, &present) {
        (Some(live), _) => live.owner,
        (None, Some(_)) => Owner::of(&target.folder.join("acl"))?,
        (None, None) => Owner::of(target.folder)?,
    };
    let staging = Staging::write(files, target.folder, owner)?;
    say(&format!("  ok  new files lie beside the old ones, readable by user {} alone", owner.user));
    let staging = staging.tried(|folder| try_out(files, folder, owner, say))?;
    let mut report = Report { changed: !same, in_force: false, restart: Vec::new() };
    if let Some(present) = &present {
        report.restart = restart::needed(&present.configuration, &files.configuration);
    }
    staging.move_into(target.folder)?;
    say(&format!("  ok  {} has the new files", target.folder.display()));
    let Some(live) = live else { return Ok(report) };
    live.reload()?;
    // Whether TLS is spoken waits for a restart, a new certificate does not.
    let door = match (door.tls, files.door.tls) {
        (Tls::Pinned(_), Tls::Pinned(_)) => Door { tls: files.door.tls, ..door },
        _ => door,
    };
    verdict(&live, door, files, before)?;
    say("  ok  the broker has read them: it knows the sentinel's new password, and refuses what the sentinel tries");
    report.in_force = true;
    Ok(report)
}

/// A broker of our own on exactly these files.
fn try_out(files: &Files, folder: tempfile::TempDir, owner: Owner, say: &mut dyn FnMut(&str)) -> Result<Mosquitto> {
    let shadow = match Mosquitto::on(folder, &files.configuration, Some(owner))? {
        Start::Running(shadow) => shadow,
        Start::Refused(said) => {
            bail!("REFUSED, nothing was touched: Mosquitto does not start on the new files:\n{said}")
        }
    };
    if sentinel::lets_strangers_in(shadow.door())? {
        bail!(
            "REFUSED, nothing was touched: with the new files everybody gets in without a name; only `security: open` may do that"
        );
    }
    match sentinel::ask(shadow.door(), &files.sentinel)? {
        Word::Denied => say("  ok  a broker of our own starts on them, and refuses strangers and what nobody may do"),
        Word::Allowed => bail!("REFUSED, nothing was touched: with the new files everybody may write everything"),
        Word::Out => bail!("REFUSED, nothing was touched: the new files don't let the sentinel in; they are not whole"),
    }
    Ok(shadow)
}

/// Whether a broker that was asked to reload works by the new files. One that failed open is stopped.
fn verdict(live: &Live, door: Door, files: &Files, before: Option<Word>) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        if live.has_ended()? {
            bail!("the broker has ended instead of reading its files again; its log says why. Nobody is served now");
        }
        match sentinel::ask(door, &files.sentinel)? {
            Word::Denied => return Ok(()),
            Word::Allowed => {
                let how = live.stop()?;
                bail!(
                    "THE BROKER FAILED OPEN: after reloading it let everybody read and write everything. {how}. Its log says \
                     which file it could not read; the files in the folder are good, see whether its own configuration \
                     names others, and start it again"
                );
            }
            Word::Out if Instant::now() > end && matches!(before, Some(Word::Denied | Word::Allowed)) => {
                let how = live.stop()?;
                bail!(
                    "after reloading the broker does not let the sentinel in, though it did before: it could not read the \
                     new files, and what it allows to others can't be told. {how}. Its log says why"
                );
            }
            Word::Out if Instant::now() > end => bail!(
                "the broker did not take over the new files: it let in neither the sentinel of the old ones nor that of the \
                 new ones. Does its configuration include {}?",
                files.folder.join("mosquitto.conf").display()
            ),
            Word::Out => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
