//! Files out of a compressed archive (`.tar.gz`). Only what was asked for is written, under the names that were asked for, so
//! no name in an archive can lead anywhere; an archive with a name that tries is refused whole.

use super::sdk::Wanted;
use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Component, Path, PathBuf};
use tar::{Archive, Entry};

/// The first bytes of every such archive.
const MAGIC: [u8; 2] = [0x1F, 0x8B];
/// So many bytes may an archive be, unpacked. The SDK with its documents is below that.
const ROOM: u64 = 1 << 30;
/// So many bytes may one file be that is taken out; the SDK's libraries are below 1 MB.
const FILE_ROOM: u64 = 16 << 20;

/// Takes the wanted files out of an archive, whose files all lie in one folder, and writes them below `folder`.
///
/// # Errors
///
/// It is no archive or ends early, it has a name that leads out of its folder, or files that are wanted are missing or
/// not those that are wanted. All of the latter are named at once.
pub(super) fn unpack(archive: &Path, wanted: &[Wanted<'_>], folder: &Path) -> Result<()> {
    let mut file = File::open(archive).with_context(|| format!("reading {}", archive.display()))?;
    let mut start = Vec::new();
    file.by_ref().take(64).read_to_end(&mut start).context("reading the archive")?;
    if !start.starts_with(&MAGIC) {
        bail!("this is no archive; it begins with {:?}", String::from_utf8_lossy(&start[..start.len().min(24)]));
    }
    let bytes = start.as_slice().chain(BufReader::new(file));
    let mut found = BTreeMap::new();
    let mut archive = Archive::new(GzDecoder::new(bytes).take(ROOM));
    for entry in archive.entries().context("reading the archive")? {
        let mut entry = entry.context("the archive is damaged, or ends early")?;
        let name = name(&entry)?;
        let Some((path, _)) = wanted.iter().find(|(path, _)| Path::new(path) == name) else { continue };
        if !entry.header().entry_type().is_file() {
            bail!("{path} in the archive is no file");
        }
        if entry.size() > FILE_ROOM {
            bail!("{path} in the archive has {} bytes, which is too many", entry.size());
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).context("the archive is damaged, or ends early")?;
        if found.insert(*path, bytes).is_some() {
            bail!("{path} is in the archive twice");
        }
    }
    let faults: Vec<String> = wanted.iter().filter_map(|wanted| fault(wanted, &found)).collect();
    if !faults.is_empty() {
        bail!("the archive does not hold what is expected\n{}", faults.join("\n"));
    }
    for (path, bytes) in found {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
        std::fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// The path of an entry inside the archive's folder.
fn name<R: Read>(entry: &Entry<'_, R>) -> Result<PathBuf> {
    let path = entry.path().context("a name in the archive can't be read")?;
    if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
        bail!("the archive is refused: {path:?} leads out of its folder");
    }
    let parts = path.components().filter(|part| matches!(part, Component::Normal(_)));
    Ok(parts.skip(1).collect())
}

fn fault((path, hash): &Wanted<'_>, found: &BTreeMap<&str, Vec<u8>>) -> Option<String> {
    let Some(bytes) = found.get(path) else { return Some(format!("  {path} is missing")) };
    let differs = hash.is_some_and(|hash| format!("{:x}", Sha256::digest(bytes)) != hash);
    differs.then(|| format!("  {path} is not the one that is expected"))
}
