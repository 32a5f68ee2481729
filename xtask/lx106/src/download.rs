//! Espressif's SDK from its server into a folder: fetched, compared with its hash, and only what is needed unpacked, each
//! file of it compared with a hash of its own. What is refused leaves nothing behind; a transfer that broke goes on next time.

use super::archive;
use super::curl::{self, End};
use super::sdk::{Source, Wanted};
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

/// So many bytes may the archive be. That of version 3.0.6, with its documents, is far below.
const ROOM: u64 = 256 << 20;

/// How many bytes an archive has, if its server tells.
///
/// # Errors
///
/// curl is missing, or the server can't be reached or has no such file.
pub fn size(source: &Source<'_>) -> Result<Option<u64>> {
    curl::size(source.url)
}

/// Fetches an archive and puts the wanted files of it into `folder`, which then has them all or is as it was. `progress` is
/// told how many bytes are there.
///
/// # Errors
///
/// The server can't be reached, the transfer breaks, or what came is not what it should be. All but a transfer that broke is
/// deleted.
pub fn fetch(source: &Source<'_>, wanted: &[Wanted<'_>], folder: &Path, progress: &mut dyn FnMut(u64)) -> Result<()> {
    let parent = folder.parent().context("a folder without a parent")?;
    std::fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    let path = folder.with_extension("tar.gz.part");
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
    let mut part = opened.with_context(|| format!("writing {}", path.display()))?;
    part.try_lock().with_context(|| format!("{} is in use: is another download going on?", path.display()))?;
    match transfer(source, &mut part, progress)? {
        Some(words) => {
            let there = part.metadata().context("reading the archive")?.len();
            bail!(
                "the transfer broke after {there} bytes ({words}); run the same command again, it goes on from there"
            );
        }
        None => {
            let kept = compare(source, &mut part).and_then(|()| keep(&path, wanted, folder, parent));
            std::fs::remove_file(&path).with_context(|| format!("deleting {}", path.display()))?;
            kept
        }
    }
}

/// Fetches what is missing of the archive; curl's words if that broke.
fn transfer(source: &Source<'_>, part: &mut File, progress: &mut dyn FnMut(u64)) -> Result<Option<String>> {
    let mut there = part.seek(SeekFrom::End(0)).context("reading the archive")?;
    if there > 0 && source.sha256.is_some_and(|hash| hash_of(part).is_ok_and(|found| found == hash)) {
        return Ok(None);
    }
    loop {
        part.seek(SeekFrom::Start(there)).context("reading the archive")?;
        let end = curl::fetch(source.url, there, &mut Counted { part, there, progress })?;
        match end {
            End::Whole => return Ok(None),
            End::Broken(words) => return Ok(Some(words)),
            End::NoResumption if there == 0 => bail!("{} does not send the whole file", source.url),
            End::NoResumption => {
                part.set_len(0).context("emptying the archive")?;
                there = 0;
            }
        }
    }
}

/// Writes what comes, and refuses what is far too much.
struct Counted<'a> {
    part: &'a mut File,
    there: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.there + bytes.len() as u64 > ROOM {
            return Err(std::io::Error::other("the server sends more than any archive of the SDK has"));
        }
        let count = self.part.write(bytes)?;
        self.there += count as u64;
        (self.progress)(self.there);
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.part.flush()
    }
}

fn compare(source: &Source<'_>, part: &mut File) -> Result<()> {
    let Some(expected) = source.sha256 else { return Ok(()) };
    let found = hash_of(part)?;
    if found != expected {
        bail!(
            "what {} sent is refused and deleted: its SHA-256 is\n  {found}\ninstead of\n  {expected}\n\
             If the server only packed the same files anew, unpack the archive by hand: `cargo xtask sdk DIR` checks \
             each file by itself",
            source.url
        );
    }
    Ok(())
}

fn hash_of(part: &mut File) -> Result<String> {
    part.seek(SeekFrom::Start(0)).context("reading the archive")?;
    let mut hash = Sha256::new();
    std::io::copy(part, &mut hash).context("reading the archive")?;
    Ok(format!("{:x}", hash.finalize()))
}

/// Unpacks beside the folder, and puts all of it into its place in one step.
fn keep(archive: &Path, wanted: &[Wanted<'_>], folder: &Path, parent: &Path) -> Result<()> {
    let new = tempfile::tempdir_in(parent).with_context(|| format!("making a folder in {}", parent.display()))?;
    archive::unpack(archive, wanted, new.path())?;
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("replacing {}", folder.display()))?;
    }
    std::fs::rename(new.path(), folder).with_context(|| format!("writing {}", folder.display()))?;
    // It has another name now, so that there is nothing to delete.
    let _ = new.keep();
    Ok(())
}
