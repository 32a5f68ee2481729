//! The linker's map of a node: what of each section is the node's own.

use super::sections::Sections;
use anyhow::{Context, Result, ensure};
use std::path::Path;

/// The node's object file, as the linker names it.
const NODE: &str = "node.o";
/// GCC's library.
const LIBRARY: &str = "libgcc.a";
/// What of GCC's library the SDK links for itself.
pub(super) const OF_THE_SDK: [&str; 3] = ["_modsi3.o", "_divsf3.o", "_fixsfsi.o"];

/// Reads what the node's own object takes, with what only the node takes of GCC's library.
pub(super) fn own(map: &Path) -> Result<Sections> {
    let text = std::fs::read_to_string(map).with_context(|| format!("reading {}", map.display()))?;
    let (_, sections) = text
        .split_once("\nLinker script and memory map")
        .with_context(|| format!("{} is no map of the linker's", map.display()))?;
    let own = read(sections);
    ensure!(own.flash > 0, "{} names no code of {NODE}", map.display());
    Ok(own)
}

/// Output sections begin at the start of a line. Of an input section the last three words are address, size, both
/// hexadecimal, and the file; its name may stand in the line above.
fn read(text: &str) -> Sections {
    let (mut own, mut section) = (Sections::default(), "");
    for line in text.lines() {
        if line.starts_with('.') {
            section = line.split(' ').next().unwrap_or_default();
            continue;
        }
        let mut words = line.split(' ').filter(|word| !word.is_empty()).rev();
        let (Some(file), Some(size), Some(address)) = (words.next(), words.next(), words.next()) else { continue };
        let (Some(size), Some(_)) = (hexadecimal(size), hexadecimal(address)) else { continue };
        if is_own(file)
            && let Some(bytes) = own.named(section)
        {
            *bytes += size;
        }
    }
    own
}

fn is_own(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    match name.strip_prefix(LIBRARY).and_then(|rest| rest.strip_prefix('(')?.strip_suffix(')')) {
        Some(member) => !OF_THE_SDK.contains(&member),
        None => name == NODE,
    }
}

fn hexadecimal(word: &str) -> Option<i64> {
    i64::from_str_radix(word.strip_prefix("0x")?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str = "\
Discarded input sections

 .irom0.text    0x00000000       0x45 /t/link-a/node.o

Linker script and memory map

LOAD /t/link-a/node.o
.data           0x3ffe8000      0x100
 .data.info     0x3ffe8000       0x10 /sdk/lib/libmain.a(app_main.o)
 .data.rust     0x3ffe8010        0x8 /t/link-a/node.o
                0x3ffe8010                some_symbol

.rodata         0x3ffe8100       0x20
 .rodata.a_long_name_of_a_section
                0x3ffe8100        0x3 /t/link-a/node.o
 *fill*         0x3ffe8103        0x1 

.irom0.text     0x40201010     0x1000
 .irom0.text    0x40201010      0x200 /t/link-a/node.o
                                0x2f0 (size before relaxing)

.text           0x40100000      0x500
 .literal       0x40100000        0x4 /usr/lib/gcc/libgcc.a(_cmpsf2.o)
 .text          0x40100004      0x120 /usr/lib/gcc/libgcc.a(_cmpsf2.o)
 .text          0x40100124       0x80 /usr/lib/gcc/libgcc.a(_divsf3.o)

.xt.prop        0x00000000      0x100
 .xt.prop       0x00000000      0x100 /t/link-a/node.o
";

    #[test]
    fn what_is_the_nodes_own_is_told_from_the_rest() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), MAP).expect("writes");
        assert_eq!(own(file.path()).expect("a map"), Sections::new([8, 3, 0, 0x124, 0x200]));
    }

    #[test]
    fn a_file_without_a_node_is_an_error() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "nothing").expect("writes");
        assert!(own(file.path()).expect_err("no map").to_string().contains("no map of the linker's"));
        std::fs::write(file.path(), MAP.replace("node.o", "other.o")).expect("writes");
        assert!(own(file.path()).expect_err("no node").to_string().contains("no code of node.o"));
    }
}
