//! The sizes of one node, the memories of the chip and their budgets. Prints no table.

use super::number::number;
use anyhow::{Context, Result};
use fleetwright_chip::partitions::{Images, Map};
use object::{Object, ObjectSection};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What Espressif's own code takes, measured with SDK 3.0.6 and a node that calls every function of the manifest: it
/// is added where the SDK itself is not linked.
const SDK: Sections = Sections { data: 924, rodata: 1_073, bss: 23_920, iram: 23_494, flash: 194_808 };
/// What a flash of 512 KB has for a node: 64 KB for what is copied to RAM, 368 KB for code. Its sum is the budget.
const ONE_IMAGE: u32 = 0x1_0000 + 0x5_C000;
pub(super) const IRAM: u64 = 0x8000;
pub(super) const DRAM: u64 = 0x1_4000;
/// Heap that Wi-Fi, TCP and a session need: what the SDK allocates once it runs comes out of this.
pub const HEAP_WANTED: u64 = 40 * 1024;

/// Bytes in each section that costs a memory of the chip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Sections {
    data: u64,
    rodata: u64,
    bss: u64,
    iram: u64,
    flash: u64,
}

/// How large a node is on the chip, the SDK included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    total: Sections,
    /// Bytes of flash that the image may have.
    pub(super) room: u64,
    /// Whether the SDK's share is the measured one of 3.0.6, because the node was linked for the emulator.
    pub estimated: bool,
}

impl Sizes {
    /// Reads the sizes off a linked node.
    pub fn read(elf: &Path, estimated: bool, map: &Map) -> Result<Self> {
        let bytes = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
        let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", elf.display()))?;
        let size = |name: &str| file.section_by_name(name).map_or(0, |section| section.size());
        let sdk = if estimated { SDK } else { Sections::default() };
        let total = Sections {
            data: size(".data") + sdk.data,
            rodata: size(".rodata") + sdk.rodata,
            bss: size(".bss") + sdk.bss,
            iram: size(".text") + size(".lit4") + sdk.iram,
            flash: size(".irom0.text") + sdk.flash,
        };
        let room = match map.images {
            Images::Two { size, .. } => size,
            Images::One => ONE_IMAGE,
        };
        Ok(Self { total, room: room.into(), estimated })
    }

    /// A node on a chip with so many bytes of constants.
    #[cfg(test)]
    pub(super) fn sample(rodata: u64) -> Self {
        let total = Sections { data: 968, rodata, bss: 24_552, iram: 24_274, flash: 198_888 };
        Self { total, room: 0xE_0000, estimated: false }
    }

    /// Code in flash.
    pub fn flash(&self) -> u64 {
        self.total.flash
    }

    /// Instruction RAM.
    pub fn iram(&self) -> u64 {
        self.total.iram
    }

    /// Data RAM before anything is allocated: variables and, since flash can't be read by bytes, all constants.
    pub fn data(&self) -> u64 {
        (self.total.data + self.total.rodata + self.total.bss).next_multiple_of(16)
    }

    /// Flash that is not the SDK's, as far as its share is known.
    pub fn own_flash(&self) -> u64 {
        self.flash().saturating_sub(SDK.flash)
    }

    /// Data RAM that is not the SDK's, as far as its share is known.
    pub fn own_data(&self) -> u64 {
        (self.total.data + self.total.rodata + self.total.bss).saturating_sub(SDK.data + SDK.rodata + SDK.bss)
    }

    /// Data RAM that is left for the heap, before Wi-Fi takes its buffers from it.
    pub fn heap(&self) -> u64 {
        DRAM.saturating_sub(self.data())
    }

    /// What is over its budget, in words.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        // What is copied to RAM at the start lies in flash beside the code.
        let image = self.flash() + self.iram() + self.total.data + self.total.rodata;
        for (what, size, budget) in [("flash", image, self.room), ("instruction RAM", self.iram(), IRAM)] {
            if size > budget {
                faults.push(format!("{what}: {} bytes, {} are there", number(size), number(budget)));
            }
        }
        if self.heap() < HEAP_WANTED {
            faults.push(format!("heap: {} bytes are left, {} are needed", number(self.heap()), number(HEAP_WANTED)));
        }
        faults
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn sizes_are_read_off_a_program() {
        let elf = crate::tiny_elf::written(
            &[
                (".data", 2, 0x3FFE_8000, &[0; 8]),
                (".rodata", 2, 0x3FFE_8008, &[0; 9]),
                (".text", 2, 0x4010_0000, &[0; 10]),
                (".irom0.text", 2, 0x4020_1010, &[0; 11]),
            ],
            &[],
        );
        let map = Map::for_flash(4096).expect("a map");
        let own = Sizes::read(elf.path(), false, map).expect("reads");
        assert_eq!([own.data(), own.iram(), own.flash()], [32, 10, 11]);
        let with_sdk = Sizes::read(elf.path(), true, map).expect("reads");
        assert_eq!([with_sdk.own_data(), with_sdk.own_flash()], [17, 11]);
        assert_eq!([with_sdk.iram(), with_sdk.flash()], [10 + SDK.iram, 11 + SDK.flash]);
    }

    #[test]
    fn the_emulators_script_takes_the_sdk_for_as_large() {
        let script = include_str!("../../../../firmware/chip/ld/emulator.ld");
        let data = SDK.data + SDK.rodata + SDK.bss;
        for (name, size) in [("data", data), ("iram", SDK.iram), ("flash", SDK.flash)] {
            assert!(script.contains(&format!("\n_sdk_{name} = {size};\n")), "{name} is {size}");
        }
    }
}
