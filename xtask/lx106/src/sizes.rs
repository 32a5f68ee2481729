//! How large a node is, memory by memory, what is left, and what changed since the last build. Knows the memories
//! and their budgets; draws a table.

use anyhow::{Context, Result};
use fleetwright_chip::partitions::{Images, Map};
use object::{Object, ObjectSection, ObjectSymbol};
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::path::Path;

/// What Espressif's own code takes, measured with SDK 3.0.6 and a node that calls every function of the manifest: it
/// is added where the SDK itself is not linked.
const SDK: Sections = Sections { data: 924, rodata: 1_073, bss: 23_920, iram: 23_494, flash: 194_808 };
/// What a flash of 512 KB has for a node: 64 KB for what is copied to RAM, 368 KB for code. Its sum is the budget.
const ONE_IMAGE: u32 = 0x1_0000 + 0x5_C000;
const IRAM: u64 = 0x8000;
const DRAM: u64 = 0x1_4000;
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
    room: u64,
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

/// What is large in a linked node: the `count` largest functions and variables, one to a line.
pub fn largest(elf: &Path, count: usize) -> Result<String> {
    let bytes = std::fs::read(elf).with_context(|| format!("reading {}", elf.display()))?;
    let file = object::File::parse(&*bytes).with_context(|| format!("reading {}", elf.display()))?;
    let mut found: Vec<(u64, String)> = file
        .symbols()
        .filter(|symbol| symbol.size() > 0)
        .map(|symbol| (symbol.size(), symbol.name().unwrap_or("?").to_owned()))
        .collect();
    found.sort_by(|one, other| other.cmp(one));
    found.dedup();
    let lines = found.iter().take(count).map(|(size, name)| format!("  {:>9}  {name}\n", number(*size)));
    Ok(lines.collect())
}

/// A line of the table: a node, its sizes and those of the build before.
pub struct Line<'a> {
    /// The node.
    pub node: &'a str,
    /// Its sizes.
    pub sizes: Sizes,
    /// Its sizes when it was built last.
    pub last: Option<Sizes>,
}

/// The columns of the table.
const FIGURES: [fn(&Sizes) -> u64; 6] =
    [Sizes::own_flash, Sizes::own_data, Sizes::flash, Sizes::iram, Sizes::data, Sizes::heap];

/// The table of all nodes.
pub fn table(lines: &[Line<'_>]) -> String {
    let width = lines.iter().map(|line| line.node.len()).chain([4]).max().unwrap_or(4);
    let head = ["own flash", "own data RAM", "flash", "IRAM", "data RAM", "heap left"];
    let mut out = format!("{:width$}", "node");
    for title in head {
        let _ = write!(out, "  {title:>17}");
    }
    out.push_str("  (bytes)\n");
    for Line { node, sizes, last } in lines {
        let _ = write!(out, "{node:width$}");
        for figure in FIGURES {
            let last = last.as_ref().map(figure);
            let _ = write!(out, "  {:>17}", change(figure(sizes), last));
        }
        out.push('\n');
    }
    let room = lines.iter().map(|line| line.sizes.room).min().unwrap_or_default();
    let limits = [number(room), number(IRAM), number(DRAM)].map(|limit| format!("{limit:>17}")).join("  ");
    let _ = writeln!(out, "{:width$}  {:>17}  {:>17}  {limits}", "of", "", "");
    if lines.iter().any(|line| line.sizes.estimated) {
        out.push_str("without an SDK folder, its share is taken as measured with version 3.0.6\n");
    }
    out
}

/// `203,688 (+120)`.
fn change(now: u64, last: Option<u64>) -> String {
    match last {
        Some(last) if last < now => format!("{} (+{})", number(now), number(now - last)),
        Some(last) if last > now => format!("{} (-{})", number(now), number(last - now)),
        _ => number(now),
    }
}

/// A number with commas between thousands.
fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(rodata: u64) -> Sizes {
        let total = Sections { data: 968, rodata, bss: 24_552, iram: 24_274, flash: 198_888 };
        Sizes { total, room: 0xE_0000, estimated: false }
    }

    #[test]
    fn heap_left_is_as_measured() {
        assert_eq!(sizes(1_288).heap(), 55_104);
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!([0, 999, 1_000, 917_504].map(number), ["0", "999", "1,000", "917,504"]);
    }

    #[test]
    fn a_change_says_its_direction() {
        assert_eq!(change(10, None), "10");
        assert_eq!(change(10, Some(10)), "10");
        assert_eq!(change(1_200, Some(100)), "1,200 (+1,100)");
        assert_eq!(change(10, Some(12)), "10 (-2)");
    }

    #[test]
    fn a_node_within_its_budgets_has_no_faults() {
        assert_eq!(sizes(1_288).faults(), Vec::<String>::new());
    }

    #[test]
    fn too_many_constants_leave_too_little_heap() {
        let fault = sizes(20_000).faults();
        assert_eq!(fault, ["heap: 36,400 bytes are left, 40,960 are needed"]);
    }

    #[test]
    fn the_table_has_a_line_for_each_node_and_one_for_what_there_is() {
        let lines = [Line { node: "esp-light", sizes: sizes(1_288), last: Some(sizes(1_188)) }];
        let table = table(&lines);
        assert_eq!(table.lines().count(), 3, "{table}");
        assert!(table.contains("891 (+100)"), "{table}");
        assert!(table.contains("917,504"), "{table}");
    }

    #[test]
    fn sizes_are_kept_and_compared_only_with_their_like() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        sizes(1).keep(file.path()).expect("writes");
        assert_eq!(sizes(2).recall(file.path()), Some(sizes(1)));
        let other = Sizes { estimated: true, ..sizes(2) };
        assert_eq!(other.recall(file.path()), None);
    }

    #[test]
    fn sizes_are_read_off_a_program() {
        let elf = super::super::tiny_elf::written(
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
        let script = include_str!("../../../firmware/chip/ld/emulator.ld");
        let data = SDK.data + SDK.rodata + SDK.bss;
        for (name, size) in [("data", data), ("iram", SDK.iram), ("flash", SDK.flash)] {
            assert!(script.contains(&format!("\n_sdk_{name} = {size};\n")), "{name} is {size}");
        }
    }
}
