//! What the chip could not do with a linked node, seen from where the linker put things: flash is read by aligned
//! words only, and each memory has its place. Knows the memories; changes nothing.

use anyhow::{Context, Result, bail};
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SymbolKind, elf};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

/// Flash, as far as the 2.048 map shows it.
pub(super) const FLASH: Range<u64> = 0x4020_1010..0x402E_1010;
/// Instruction RAM.
pub(super) const IRAM: Range<u64> = 0x4010_0000..0x4010_8000;
/// Data RAM.
pub(super) const DRAM: Range<u64> = 0x3FFE_8000..0x3FFF_C000;
/// The one constant that may lie in flash: it is read word by word.
pub(super) const IDENTITY: &str = "FLEETWRIGHT_IDENTITY";

/// The sections of a linked node that are the node's (and, on the chip, the SDK's), and where each must be.
const SECTIONS: [(&str, &Range<u64>); 8] = [
    (".data", &DRAM),
    (".rodata", &DRAM),
    (".bss", &DRAM),
    (".irom0.text", &FLASH),
    (".text", &IRAM),
    (".lit4", &IRAM),
    (".dport0.rodata", &(0x3FF0_0000..0x3FF0_0010)),
    (".dport0.data", &(0x3FF0_0000..0x3FF0_0010)),
];

/// Checks a node's own object file: no constant may be in flash but the identity.
pub(super) fn check_object(path: &Path) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", path.display()))?;
    let mut faults = BTreeSet::new();
    for symbol in file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Data) {
        let section = symbol.section_index().and_then(|index| file.section_by_index(index).ok());
        let section = section.as_ref().and_then(|section| section.name().ok()).unwrap_or_default();
        let name = symbol.name().unwrap_or_default();
        if section.starts_with(".irom") && name != IDENTITY {
            faults.insert(format!("  `{name}` would be read byte by byte from flash, which the chip can't do"));
        }
    }
    for section in file.sections() {
        let name = section.name().unwrap_or_default();
        if loaded(&section) && !known(name) {
            faults.insert(format!("  the section `{name}` has no place on the chip"));
        }
    }
    report(path, faults)
}

/// Checks a linked node: each section in its memory, and none that the script has no place for.
/// `ours` says of a section with another name whether the stand-in brings it.
pub(super) fn check_linked(path: &Path, ours: impl Fn(&str) -> bool) -> Result<()> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", path.display()))?;
    let mut faults = BTreeSet::new();
    for section in file.sections().filter(|section| loaded(section) && section.size() > 0) {
        let name = section.name().unwrap_or_default();
        let (start, end) = (section.address(), section.address() + section.size());
        match SECTIONS.iter().find(|(known, _)| *known == name) {
            Some((_, memory)) if memory.start <= start && end <= memory.end => {}
            Some(_) => drop(faults.insert(format!("  `{name}` is at {start:#x} to {end:#x}, outside its memory"))),
            None if ours(name) => {}
            None => drop(faults.insert(format!("  the section `{name}` has no place on the chip"))),
        }
    }
    report(path, faults)
}

/// Whether a section is in memory when the program runs.
fn loaded<'a>(section: &impl ObjectSection<'a>) -> bool {
    matches!(section.flags(), SectionFlags::Elf { sh_flags, .. } if sh_flags.0 & elf::SHF_ALLOC.0 != 0)
}

/// Whether the SDK's script has a place for an input section of this name.
fn known(name: &str) -> bool {
    let family = |known: &str| name == known || name.strip_prefix(known).is_some_and(|rest| rest.starts_with('.'));
    name == ".irom0.text"
        || name == ".irom0.literal"
        || [".text", ".literal", ".data", ".rodata", ".bss"].into_iter().any(family)
}

fn report(path: &Path, faults: BTreeSet<String>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let list = faults.into_iter().collect::<Vec<_>>().join("\n");
    bail!("{} would not run on the chip\n{list}", path.display())
}

#[cfg(test)]
mod tests {
    use super::super::tiny_elf::{ALLOC, written};
    use super::*;

    #[test]
    fn the_script_has_a_place_for_these() {
        for name in [".text", ".text.iram.tick", ".rodata.str1.1", ".bss.X", ".irom0.text", ".data.X"] {
            assert!(known(name), "{name}");
        }
        for name in [".irom0.fleetwright", ".noinit", ".textual", ".init_array"] {
            assert!(!known(name), "{name}");
        }
    }

    #[test]
    fn what_is_no_object_file_is_an_error() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        assert!(check_object(file.path()).is_err());
        assert!(check_linked(file.path(), |_| false).is_err());
    }

    #[test]
    fn a_constant_in_flash_is_found_before_it_crashes_a_board() {
        let flash = (".irom0.text", ALLOC, 0, &[0; 8][..]);
        let object = written(&[flash], &[("TABLE", 1, 0, 4), (IDENTITY, 1, 4, 4)]);
        let fault = check_object(object.path()).expect_err("found").to_string();
        assert!(fault.contains("`TABLE` would be read byte by byte from flash"), "{fault}");
        assert!(!fault.contains(IDENTITY), "{fault}");
    }

    #[test]
    fn a_section_that_the_script_does_not_know_is_found() {
        let object = written(&[(".noinit", ALLOC, 0, &[0; 4])], &[]);
        assert!(check_object(object.path()).expect_err("found").to_string().contains("`.noinit` has no place"));
        let notes = written(&[(".comment", 0, 0, &[0; 4])], &[]);
        check_object(notes.path()).expect("never loaded");
    }

    #[test]
    fn each_section_is_in_its_memory() {
        let constants = |address| written(&[(".rodata", ALLOC, address, &[0; 16])], &[]);
        let check = |address| check_linked(constants(address).path(), |_| false);
        check(0x3FFE_8000).expect("data RAM");
        check(0x3FFF_BFF0).expect("the end of data RAM");
        assert!(check(0x3FFF_BFF1).is_err());
        assert!(check(0x4020_1010).expect_err("flash").to_string().contains("outside its memory"));
    }

    #[test]
    fn only_the_stand_in_may_bring_sections_of_its_own() {
        let linked = written(&[(".standin.data", ALLOC, 0x6100_0000, &[0; 4])], &[]);
        check_linked(linked.path(), |name| name == ".standin.data").expect("in the emulator");
        assert!(check_linked(linked.path(), |_| false).is_err());
    }
}
