//! The sizes of one node, the memories of the chip and their budgets. Prints no table.

use super::number::number;
use super::sections::Sections;
use super::share::Share;
use super::{map, stack};
use anyhow::{Context, Result};
use fleetwright_chip::partitions::{Images, Map};
use object::{Object, ObjectSection};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What a flash of 512 KB has for a node: 64 KB for what is copied to RAM, 368 KB for code. Its sum is the budget.
const ONE_IMAGE: u32 = 0x1_0000 + 0x5_C000;
pub(super) const IRAM: u64 = 0x8000;
pub(super) const DRAM: u64 = 0x1_4000;
/// Heap that Wi-Fi, TCP and a session need: what the SDK allocates once it runs comes out of this.
pub const HEAP_WANTED: u64 = 40 * 1024;

/// What a node was linked with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Linked<'a> {
    /// The stand-in. The SDK has this share, and GCC's library would bring so many bytes for the node.
    StandIn { share: Share, arithmetic: i64 },
    /// The SDK. This is the linker's map.
    Sdk { map: &'a Path },
}

/// How large a node is on the chip, the SDK included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// What the node's own object brings.
    own: Sections,
    total: Sections,
    /// Bytes of flash that the image may have.
    pub(super) room: u64,
    /// Whether the SDK's share is the measured one of 3.0.6, because the node was linked for the emulator.
    pub estimated: bool,
    /// What of the SDK's stack is in use at most: the node's share as the emulator measured it, and the SDK's. `None`:
    /// nobody ran the node.
    pub stack: Option<u64>,
}

impl Sizes {
    /// Reads the sizes off a linked node.
    pub(crate) fn read(elf: &Path, linked: Linked<'_>, map: &Map) -> Result<Self> {
        let bytes = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
        let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", elf.display()))?;
        let mut sections = Sections::default();
        for section in file.sections() {
            if let Some(bytes) = section.name().ok().and_then(|name| sections.named(name)) {
                *bytes += i64::try_from(section.size())?;
            }
        }
        let (own, total) = match linked {
            Linked::Sdk { map } => (map::own(map)?, sections),
            Linked::StandIn { share, arithmetic } => {
                sections.iram += arithmetic;
                (sections - share.merged, sections + share.beside())
            }
        };
        let room = match map.images {
            Images::Two { size, .. } => size,
            Images::One => ONE_IMAGE,
        };
        let estimated = matches!(linked, Linked::StandIn { .. });
        Ok(Self { own, total, room: room.into(), estimated, stack: None })
    }

    /// A node on a chip with so many bytes of constants.
    #[cfg(test)]
    pub(super) fn sample(rodata: i64) -> Self {
        let own = Sections::new([44, 500, 600, 0, 4_000]);
        let total = Sections::new([968, rodata, 24_552, 24_274, 198_888]);
        Self { own, total, room: 0xE_0000, estimated: false, stack: None }
    }

    /// Code in flash.
    pub fn flash(&self) -> u64 {
        bytes(self.total.flash)
    }

    /// Instruction RAM.
    pub fn iram(&self) -> u64 {
        bytes(self.total.iram)
    }

    /// Data RAM before anything is allocated: variables and, since flash can't be read by bytes, all constants.
    pub fn data(&self) -> u64 {
        bytes(self.total.ram()).next_multiple_of(16)
    }

    /// Flash that is not the SDK's.
    pub fn own_flash(&self) -> u64 {
        bytes(self.own.flash)
    }

    /// Data RAM that is not the SDK's.
    pub fn own_data(&self) -> u64 {
        bytes(self.own.ram())
    }

    /// Data RAM that is left for the heap, before Wi-Fi takes its buffers from it.
    pub fn heap(&self) -> u64 {
        DRAM.saturating_sub(self.data())
    }

    /// What is over its budget, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        // What is copied to RAM at the start lies in flash beside the code.
        let image = self.flash() + self.iram() + bytes(self.total.data + self.total.rodata);
        for (what, size, budget) in [("flash", image, self.room), ("instruction RAM", self.iram(), IRAM)] {
            if size > budget {
                faults.push(format!("{what}: {} bytes, {} are there", number(size), number(budget)));
            }
        }
        if self.heap() < HEAP_WANTED {
            faults.push(format!("heap: {} bytes are left, {} are needed", number(self.heap()), number(HEAP_WANTED)));
        }
        if let Some(in_use) = self.stack.filter(|in_use| !stack::is_enough(*in_use)) {
            let [in_use, room, spare] = [in_use, stack::ROOM, stack::SPARE].map(number);
            faults.push(format!("stack: {in_use} bytes of {room} are in use, {spare} have to be left"));
        }
        faults
    }

    /// The node took so many bytes of the SDK's stack on the emulator; kept in a file.
    pub(crate) fn measured_stack(&mut self, node: u64, file: &Path) -> Result<()> {
        std::fs::write(file, node.to_string()).with_context(|| format!("writing {}", file.display()))?;
        self.stack = Some(stack::in_use(node));
        Ok(())
    }

    /// What was measured of the node's object before; nothing if nobody ran it.
    pub(crate) fn recall_stack(&mut self, file: &Path) -> Result<()> {
        self.stack = match std::fs::read_to_string(file) {
            Ok(text) => {
                let node = text.parse().with_context(|| format!("reading {}", file.display()))?;
                Some(stack::in_use(node))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
        };
        Ok(())
    }

    /// What the last build was like; nothing if there was none, or none that can be compared.
    pub fn recall(&self, file: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(file).ok()?;
        serde_json::from_str(&text).ok().filter(|last: &Self| last.estimated == self.estimated)
    }

    /// Keeps the sizes for the next build.
    pub fn keep(&self, file: &Path) -> Result<()> {
        std::fs::write(file, serde_json::to_string(self)?).with_context(|| format!("writing {}", file.display()))
    }
}

/// A sum of sections that are there is not negative.
fn bytes(sum: i64) -> u64 {
    u64::try_from(sum).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn heap_left_is_as_measured() {
        assert_eq!(Sizes::sample(1_288).heap(), 55_104);
    }

    #[test]
    fn a_node_within_its_budgets_has_no_faults() {
        assert_eq!(Sizes::sample(1_288).faults(), Vec::<String>::new());
    }

    #[test]
    fn too_many_constants_leave_too_little_heap() {
        let fault = Sizes::sample(20_000).faults();
        assert_eq!(fault, ["heap: 36,400 bytes are left, 40,960 are needed"]);
    }

    #[test]
    fn sizes_are_kept_and_compared_only_with_their_like() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        Sizes::sample(1).keep(file.path()).expect("writes");
        assert_eq!(Sizes::sample(2).recall(file.path()), Some(Sizes::sample(1)));
        let other = Sizes { estimated: true, ..Sizes::sample(2) };
        assert_eq!(other.recall(file.path()), None);
    }

    #[test]
    fn too_little_stack_is_a_fault() {
        let with = |stack| Sizes { stack: Some(stack), ..Sizes::sample(1_288) }.faults();
        assert_eq!(with(stack::ROOM - stack::SPARE), Vec::<String>::new());
        assert_eq!(with(5_000), ["stack: 5,000 bytes of 5,328 are in use, 512 have to be left"]);
    }

    #[test]
    fn sizes_are_read_off_a_program() {
        let elf = crate::tiny_elf::written(
            &[
                (".data", 2, 0x3FFE_8000, &[0; 8]),
                (".rodata", 2, 0x3FFE_8008, &[0; 59]),
                (".bss", 2, 0x3FFE_8048, &[0; 16]),
                (".text", 2, 0x4010_0000, &[0; 10]),
                (".irom0.text", 2, 0x4020_1010, &[0; 200]),
            ],
            &[],
        );
        let flash = Map::for_flash(4096).expect("a map");
        let (share, arithmetic) = (Share::of(&BTreeSet::new()), 20);
        let sizes = Sizes::read(elf.path(), Linked::StandIn { share, arithmetic }, flash).expect("reads");
        // 29 bytes of constants, 13 of padding and 157 of literals are the SDK's as well.
        assert_eq!([sizes.own_data(), sizes.own_flash()], [83 - 29 - 13, 200 - 157]);
        let sdk = share.sdk;
        assert_eq!([sizes.iram(), sizes.flash()].map(|size| size as i64), [30 + sdk.iram, 43 + sdk.flash]);

        let map = tempfile::NamedTempFile::new().expect("a file");
        let text =
            "\nLinker script and memory map\n.irom0.text  0x40201010  0xc8\n .irom0.text  0x40201010  0x9 node.o\n";
        std::fs::write(map.path(), text).expect("writes");
        let sizes = Sizes::read(elf.path(), Linked::Sdk { map: map.path() }, flash).expect("reads");
        assert_eq!([sizes.own_flash(), sizes.own_data(), sizes.flash(), sizes.data()], [9, 0, 200, 96]);
    }
}
