//! Proofs that a broker refuses what nobody may do: before its files are exchanged, and after.

use super::files::Files;
use super::live::Live;
use super::sentinel::{self, Access};
use anyhow::{Result, bail};
use broker::tls::Endpoint;
use broker::{Mosquitto, Owner, Start};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a broker may take to read its files again: 16 s were measured with 200 clients and a hundred times our
/// iterations.
const PATIENCE: Duration = Duration::from_secs(60);

/// A broker of our own on exactly these files.
pub(super) fn try_out(
    files: &Files,
    folder: TempDir,
    owner: Owner,
    progress: &mut dyn FnMut(&str),
) -> Result<Mosquitto> {
    let shadow = match Mosquitto::on(folder, &files.configuration, Some(owner))? {
        Start::Running(shadow) => shadow,
        Start::Refused(log) => {
            bail!("REFUSED, nothing was touched: Mosquitto does not start on the new files:\n{log}")
        }
    };
    if sentinel::lets_strangers_in(shadow.endpoint())? {
        bail!(
            "REFUSED, nothing was touched: with the new files everybody gets in without a name; only `security: open` may do that"
        );
    }
    match sentinel::ask(shadow.endpoint(), &files.sentinel)? {
        Access::Denied => progress(
            "  ok  a broker of our own starts on them, and refuses clients without an account and what nobody may do",
        ),
        Access::Allowed => bail!("REFUSED, nothing was touched: with the new files everybody may write everything"),
        Access::Out => {
            bail!("REFUSED, nothing was touched: the new files don't let the sentinel in; they are not whole")
        }
    }
    Ok(shadow)
}

/// Whether a broker that was asked to reload works by the new files. One that failed open is stopped.
pub(super) fn verdict(live: &Live, endpoint: Endpoint, files: &Files, before: Option<Access>) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        if live.has_ended()? {
            bail!("the broker has ended instead of reading its files again; its log says why. Nobody is served now");
        }
        match sentinel::ask(endpoint, &files.sentinel)? {
            Access::Denied => return Ok(()),
            Access::Allowed => {
                let how = live.stop()?;
                bail!(
                    "THE BROKER FAILED OPEN: after reloading it let everybody read and write everything. {how}. Its log says \
                     which file it could not read; the files in the folder are good, see whether its own configuration \
                     names others, and start it again"
                );
            }
            Access::Out if Instant::now() > end && matches!(before, Some(Access::Denied | Access::Allowed)) => {
                let how = live.stop()?;
                bail!(
                    "after reloading the broker does not let the sentinel in, though it did before: it could not read the \
                     new files, and what it allows to others can't be told. {how}. Its log says why"
                );
            }
            Access::Out if Instant::now() > end => bail!(
                "the broker did not take over the new files: it let in neither the sentinel of the old ones nor that of the \
                 new ones. Does its configuration include {}?",
                files.folder.join("mosquitto.conf").display()
            ),
            Access::Out => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}
