//! Arithmetic that neither the ROM nor the SDK has: on the chip the linker takes it from GCC's library, into instruction RAM.

use super::map::OF_THE_SDK;
use anyhow::{Context, Result};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, ObjectSymbol};
use std::collections::BTreeSet;
use std::path::Path;

/// Bytes that a node's calls bring with them from GCC's library; `has` says which functions the chip has without it.
pub(crate) fn arithmetic(called: &BTreeSet<String>, has: impl Fn(&str) -> bool, libgcc: &Path) -> Result<i64> {
    let bytes = std::fs::read(libgcc).with_context(|| format!("reading {}", libgcc.display()))?;
    let library = ArchiveFile::parse(&*bytes).with_context(|| format!("reading {}", libgcc.display()))?;
    let mut sum = 0;
    for member in library.members() {
        let member = member?;
        if OF_THE_SDK.iter().any(|name| name.as_bytes() == member.name()) {
            continue;
        }
        let file = object::File::parse(member.data(&*bytes)?)?;
        let is_called = |name: &str| called.contains(name) && !has(name);
        if file.symbols().any(|symbol| symbol.is_definition() && symbol.name().is_ok_and(is_called)) {
            let is_code = |name: &str| [".text", ".literal"].contains(&name);
            let code = file.sections().filter(|section| section.name().is_ok_and(is_code));
            sum += code.map(|section| section.size() as i64).sum::<i64>();
        }
    }
    Ok(sum)
}
