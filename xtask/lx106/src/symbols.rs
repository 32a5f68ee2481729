//! What a node may call and does not bring itself: functions of the SDK and the ROM by our manifest, and arithmetic
//! that the chip's ROM or GCC's library holds. The emulator has more of the latter than the chip, so a node that
//! links there could fail to link for the chip; this finds it without an SDK.

use anyhow::{Context, Result, bail};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};
use std::collections::BTreeSet;
use std::path::Path;

/// Arithmetic and memory functions in the ROM that compilers call by themselves.
const ROM: &str = "\
    __adddf3 __addsf3 __divdf3 __divdi3 __divsi3 __extendsfdf2 __fixdfsi __fixunsdfsi __fixunssfsi __floatsidf \
    __floatsisf __floatunsidf __floatunsisf __muldf3 __muldi3 __mulsf3 __subdf3 __subsf3 __truncdfsf2 __udivdi3 \
    __udivsi3 __umoddi3 __umodsi3 __umulsidi3 bzero memcmp memcpy memmove memset strcmp strlen";

/// Checks that the chip has all that a node calls.
pub(super) fn check(called: &BTreeSet<String>, manifest: &Path, libgcc: &Path) -> Result<()> {
    let listed = std::fs::read_to_string(manifest).with_context(|| format!("reading {}", manifest.display()))?;
    let mut there: BTreeSet<String> = names(&listed).map(str::to_owned).collect();
    there.extend(ROM.split_whitespace().map(str::to_owned));
    let library = std::fs::read(libgcc).with_context(|| format!("reading {}", libgcc.display()))?;
    let library = ArchiveFile::parse(&*library).with_context(|| format!("reading {}", libgcc.display()))?;
    for symbol in library.symbols()?.context("GCC's library has no list of its symbols")? {
        there.insert(String::from_utf8_lossy(symbol?.name()).into_owned());
    }
    let missing: Vec<_> = called.difference(&there).cloned().collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!("the chip has no `{}`: neither {} nor its ROM nor GCC's library", missing.join("`, `"), manifest.display())
}

/// What an object file calls and does not bring itself.
pub(super) fn called(object: &Path) -> Result<BTreeSet<String>> {
    let bytes = std::fs::read(object).with_context(|| format!("reading {}", object.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", object.display()))?;
    let undefined = file.symbols().filter(|symbol| symbol.is_undefined() && !symbol.is_weak());
    let names = undefined.filter_map(|symbol| symbol.name().ok()).filter(|name| !name.is_empty());
    Ok(names.map(str::to_owned).collect())
}

/// Whether the ROM has this arithmetic or memory function.
pub(super) fn is_in_rom(function: &str) -> bool {
    ROM.split_whitespace().any(|name| name == function)
}

/// The names in the manifest: one on a line, `#` begins a comment.
pub(crate) fn names(manifest: &str) -> impl Iterator<Item = &str> {
    manifest.lines().filter_map(|line| line.split('#').next()?.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_may_have_comments() {
        let manifest = "# Wi-Fi\nwifi_station_connect  # starts it\n\n  espconn_send\n";
        assert_eq!(names(manifest).collect::<Vec<_>>(), ["wifi_station_connect", "espconn_send"]);
    }
}
