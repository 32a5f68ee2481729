//! Writes an identity into a copy of a linked node: one program, many nodes. Knows where the block is and how large;
//! what is in it is the business of `fleetwright_chip::identity`.

use super::placement::{FLASH, IDENTITY};
use anyhow::{Context, Result, bail};
use fleetwright_chip::identity::Identity;
use object::{Object, ObjectSection, ObjectSymbol};
use std::io::Write;
use std::ops::Range;
use std::path::Path;

/// Copies a linked node, with `identity` in place of the empty block. The copy holds a password, so nobody but its
/// owner can read it, and it must be made in a folder that is just as private.
pub fn patch(elf: &Path, identity: &Identity<'_>, copy: &Path) -> Result<()> {
    let mut bytes = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let block = block(&bytes).with_context(|| format!("looking for the identity in {}", elf.display()))?;
    identity.write(&mut bytes[block])?;
    let mut file = project::private::create(copy)?;
    file.write_all(&bytes).with_context(|| format!("writing {}", copy.display()))
}

/// Address and size of the identity in a linked node.
pub(super) fn find(elf: &Path) -> Result<(u64, u64)> {
    let bytes = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*bytes)?;
    let symbol = symbol(&file)?;
    Ok((symbol.address(), symbol.size()))
}

/// The bytes of the file that hold the identity, by its symbol.
fn block(bytes: &[u8]) -> Result<Range<usize>> {
    let file = object::File::parse(bytes)?;
    let symbol = symbol(&file)?;
    if !FLASH.contains(&symbol.address()) {
        bail!("`{IDENTITY}` is not in flash");
    }
    let section = symbol.section_index().context("the identity is in no section")?;
    let section = file.section_by_index(section)?;
    let (start, size) = section.file_range().context("the identity is not in the file")?;
    let offset = symbol.address().checked_sub(section.address()).context("the identity is before its section")?;
    if offset + symbol.size() > size {
        bail!("the identity is longer than its section");
    }
    let start = usize::try_from(start + offset)?;
    let block = start..start + usize::try_from(symbol.size())?;
    if block.end > bytes.len() { bail!("the file is cut short") } else { Ok(block) }
}

fn symbol<'data, 'file>(file: &'file object::File<'data>) -> Result<object::Symbol<'data, 'file>> {
    let symbol = file.symbols().find(|symbol| symbol.name() == Ok(IDENTITY));
    symbol.with_context(|| format!("the program has no `{IDENTITY}`"))
}

#[cfg(test)]
mod tests {
    use super::super::tiny_elf::{ALLOC, written};
    use super::*;

    const CODE: (&str, u32, u32, &[u8]) = (".irom0.text", ALLOC, 0x4020_1010, &[b'c'; 132]);
    const OWN: Identity<'_> = Identity {
        networks: "",
        address: None,
        power_save: None,
        pin: None,
        ssid: "attic",
        wifi_password: "",
        broker: "b",
        others: "",
        port: 1883,
        client_id: "me",
        credentials: None,
        names: &[],
    };

    #[test]
    fn what_is_no_program_has_no_identity() {
        assert!(block(b"no ELF").is_err());
    }

    #[test]
    fn the_copy_has_the_identity_and_the_program_stays_as_it_was() {
        let program = written(&[CODE], &[(IDENTITY, 1, 0x4020_1014, 128)]);
        let before = std::fs::read(program.path()).expect("reads");
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("own.elf");
        patch(program.path(), &OWN, &copy).expect("patches");
        let after = std::fs::read(&copy).expect("reads");
        let start = before.windows(132).position(|bytes| bytes == [b'c'; 132]).expect("is there");
        assert_eq!(&after[start..start + 4], b"cccc");
        assert_eq!(Identity::read(&after[start + 4..start + 132]), Ok(OWN));
        assert_eq!(before.len(), after.len());
        assert_eq!(std::fs::read(program.path()).expect("reads"), before);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_copy_and_none_is_overwritten() {
        use std::os::unix::fs::PermissionsExt;
        let program = written(&[CODE], &[(IDENTITY, 1, 0x4020_1014, 128)]);
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join("own.elf");
        patch(program.path(), &OWN, &copy).expect("patches");
        let mode = std::fs::metadata(&copy).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(patch(program.path(), &OWN, &copy).is_err());
    }

    #[test]
    fn a_program_without_a_block_in_flash_is_refused() {
        let block = |symbol| {
            let bytes = super::super::tiny_elf::elf(&[CODE], &[symbol]);
            block(&bytes).expect_err("refused").to_string()
        };
        assert_eq!(block(("OTHER", 1, 0x4020_1014, 4)), "the program has no `FLEETWRIGHT_IDENTITY`");
        assert_eq!(block((IDENTITY, 1, 0x3FFE_8000, 4)), "`FLEETWRIGHT_IDENTITY` is not in flash");
        assert_eq!(block((IDENTITY, 1, 0x4020_1014, 129)), "the identity is longer than its section");
    }
}
