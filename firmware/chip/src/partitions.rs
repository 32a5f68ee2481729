//! Flash maps: what lies where in the flash of boards from 512 KB to 16 MB.
//!
//! The size that stands in an image's header picks the map, on the board as well as in the tool that writes the
//! image, so one program serves all boards that its linker script fits.
//!
//! Sources: ESP8266_NONOS_SDK 3.0.6, `include/user_interface.h` (numbers of maps and kinds of partitions),
//! `documents/EN/Partition Table.md` (fixed addresses, maps without a second image), `examples/at*/user/user_main.c`
//! (maps 2, 5 and 6), `ld/*.ld` (room for code). Maps 3, 4, 8 and 9 are 2, 5 and 6 with another end. No board was
//! flashed with any of them yet.

/// Sectors are the smallest part of flash that can be erased.
pub const SECTOR: u32 = 0x1000;
/// How many sectors the SDK's settings have: two that take turns, and one that says which of the two counts.
pub const PARAMETER_SECTORS: u32 = 3;
/// How many partitions a table has.
pub const PARTS: usize = 6;

/// What lies where, for one number in the image's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Map {
    /// The number in the header's upper four bits, and the SDK's `flash_size_map`.
    pub number: u8,
    /// The flash size by the name that esptool knows it by; empty where a node asks for its map.
    pub esptool: &'static str,
    /// The size of the flash, in KB.
    pub kilobytes: u16,
    /// Where images are.
    pub images: Images,
}

/// Where images are, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Images {
    /// A boot loader and two images of equal size, one of which runs while the other is written.
    Two {
        /// Where the second one begins; the first is behind the boot loader.
        second: u32,
        /// Bytes that each may have.
        size: u32,
    },
    /// One, without a boot loader: what is copied to RAM at 0, code at 0x10000. The SDK alone takes more than half of
    /// 512 KB, so there is no room for a second.
    One,
}

/// A part of flash, as the SDK wants it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    /// The SDK's number for what it is.
    pub kind: u32,
    /// Where it begins.
    pub address: u32,
    /// The size in bytes.
    pub size: u32,
}

const _: () = assert!(size_of::<Partition>() == 12);

/// The SDK's numbers for kinds of partitions.
mod kind {
    pub(super) const BOOT_LOADER: u32 = 1;
    pub(super) const FIRST_IMAGE: u32 = 2;
    pub(super) const SECOND_IMAGE: u32 = 3;
    pub(super) const RADIO_CALIBRATION: u32 = 4;
    pub(super) const RADIO_DATA: u32 = 5;
    pub(super) const SYSTEM_PARAMETERS: u32 = 6;
    /// From here on numbers are free; the SDK's document takes these two for the parts of a single image.
    pub(super) const IMAGE_IN_RAM: u32 = 101;
    pub(super) const IMAGE_IN_FLASH: u32 = 102;
}

const HALVES_OF_1_MB: Images = Images::Two { second: 0x8_1000, size: 0x7_8000 };
const HALVES_OF_2_MB: Images = Images::Two { second: 0x10_1000, size: 0xE_0000 };

/// All maps that the SDK knows and that a node fits into, by number, with the names that esptool has for them. For the
/// tools that write images: a node asks for its own map alone, and has no table.
pub static MAPS: [Map; 8] = [
    Map::named(0, "512KB"),
    Map::named(2, "1MB"),
    Map::named(3, "2MB"),
    Map::named(4, "4MB"),
    Map::named(5, "2MB-c1"),
    Map::named(6, "4MB-c1"),
    Map::named(8, "8MB"),
    Map::named(9, "16MB"),
];

impl Map {
    /// The map with this number.
    pub const fn numbered(number: u32) -> Option<Self> {
        let kilobytes = match number {
            0 => 512,
            2 => 1024,
            3 | 5 => 2048,
            4 | 6 => 4096,
            8 => 8192,
            9 => 16384,
            _ => return None,
        };
        let images = match number {
            0 => Images::One,
            2..=4 => HALVES_OF_1_MB,
            _ => HALVES_OF_2_MB,
        };
        Some(Self { number: number as u8, esptool: "", kilobytes, images })
    }

    const fn named(number: u8, esptool: &'static str) -> Self {
        match Self::numbered(number as u32) {
            Some(map) => Self { esptool, ..map },
            None => panic!("the SDK has no such map"),
        }
    }

    /// The map for a board with so much flash: the one with the largest images.
    pub fn for_flash(kilobytes: u32) -> Option<&'static Self> {
        MAPS.iter().rev().find(|map| u32::from(map.kilobytes) == kilobytes)
    }

    /// Where the flash ends.
    pub const fn end(&self) -> u32 {
        self.kilobytes as u32 * 1024
    }

    /// Where a node keeps what outlives a power cut: two sectors before those of the SDK. No partition of the table has them, so
    /// the SDK writes nothing there.
    pub const fn kept(&self) -> u32 {
        self.end() - 7 * SECTOR
    }

    /// Where the SDK keeps what it calibrates; blank before the first start.
    pub const fn radio_calibration(&self) -> u32 {
        self.end() - 5 * SECTOR
    }

    /// Where `esp_init_data_default` belongs.
    pub const fn radio_data(&self) -> u32 {
        self.end() - 4 * SECTOR
    }

    /// Where the SDK keeps its settings, in [`PARAMETER_SECTORS`] sectors; blank before the first start.
    pub const fn system_parameters(&self) -> u32 {
        self.end() - PARAMETER_SECTORS * SECTOR
    }

    /// Where each of the sectors with the SDK's settings begins.
    pub fn parameter_sectors(&self) -> impl Iterator<Item = u32> + use<> {
        let first = self.system_parameters();
        (0..PARAMETER_SECTORS).map(move |index| first + index * SECTOR)
    }

    /// The table for the SDK, and how much of it counts.
    pub fn table(&self) -> ([Partition; PARTS], usize) {
        let part = |kind, address, size| Partition { kind, address, size };
        let calibration = part(kind::RADIO_CALIBRATION, self.radio_calibration(), SECTOR);
        let data = part(kind::RADIO_DATA, self.radio_data(), SECTOR);
        let parameters = part(kind::SYSTEM_PARAMETERS, self.system_parameters(), PARAMETER_SECTORS * SECTOR);
        match self.images {
            Images::Two { second, size } => {
                let boot_loader = part(kind::BOOT_LOADER, 0, SECTOR);
                let images = [part(kind::FIRST_IMAGE, SECTOR, size), part(kind::SECOND_IMAGE, second, size)];
                ([boot_loader, images[0], images[1], calibration, data, parameters], 6)
            }
            Images::One => {
                let ram = part(kind::IMAGE_IN_RAM, 0, 0x1_0000);
                let flash = part(kind::IMAGE_IN_FLASH, 0x1_0000, 0x6_0000);
                ([ram, flash, calibration, data, parameters, Partition::default()], 5)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    fn parts(map: &Map) -> Vec<Partition> {
        let (table, count) = map.table();
        table[..count].to_vec()
    }

    #[test]
    fn no_parts_overlap_and_none_leaves_the_flash() {
        for map in &MAPS {
            let mut parts = parts(map);
            parts.sort_by_key(|part| part.address);
            for pair in parts.windows(2) {
                assert!(pair[0].address + pair[0].size <= pair[1].address, "{map:?}: {pair:x?}");
            }
            let last = parts.last().expect("parts");
            assert_eq!(last.address + last.size, map.end(), "{map:?}");
        }
    }

    #[test]
    fn what_a_node_keeps_is_in_no_part() {
        for map in &MAPS {
            let (start, end) = (map.kept(), map.kept() + 2 * SECTOR);
            assert_eq!((start % SECTOR, end), (0, map.radio_calibration()), "{map:?}");
            assert!(parts(map).iter().all(|part| part.address + part.size <= start || end <= part.address), "{map:?}");
        }
    }

    #[test]
    fn parts_are_whole_sectors() {
        for part in MAPS.iter().flat_map(parts) {
            assert_eq!((part.address % SECTOR, part.size % SECTOR), (0, 0), "{part:x?}");
            assert_ne!(part.size, 0, "{part:x?}");
        }
    }

    #[test]
    fn images_are_where_the_boot_loader_looks_for_them() {
        for map in &MAPS {
            let parts = parts(map);
            let address = |kind| parts.iter().find(|part| part.kind == kind).map(|part| part.address);
            match map.images {
                Images::Two { second, .. } => {
                    assert_eq!(address(kind::FIRST_IMAGE), Some(0x1000));
                    assert_eq!(address(kind::SECOND_IMAGE), Some(second));
                    assert!(second == 0x8_1000 || second == 0x10_1000, "{map:?}");
                }
                Images::One => assert_eq!(address(kind::BOOT_LOADER), None),
            }
        }
    }

    #[test]
    fn the_sdk_finds_its_three_parts() {
        for map in &MAPS {
            for kind in [kind::RADIO_CALIBRATION, kind::RADIO_DATA, kind::SYSTEM_PARAMETERS] {
                assert_eq!(parts(map).iter().filter(|part| part.kind == kind).count(), 1, "{map:?}");
            }
        }
    }

    #[test]
    fn map_6_is_as_measured() {
        let map = Map::numbered(6).expect("map 6");
        assert_eq!(map.kept(), 0x3f_9000);
        assert_eq!(map.radio_calibration(), 0x3f_b000);
        assert_eq!(map.radio_data(), 0x3f_c000);
        assert_eq!(map.system_parameters(), 0x3f_d000);
        assert!(map.parameter_sectors().eq([0x3f_d000, 0x3f_e000, 0x3f_f000]));
    }

    #[test]
    fn the_settings_are_the_end_of_the_flash() {
        for map in &MAPS {
            let last = map.parameter_sectors().last().expect("sectors");
            assert_eq!(last + SECTOR, map.end(), "{map:?}");
        }
    }

    #[test]
    fn every_size_of_flash_has_a_map() {
        let of = |kilobytes| Map::for_flash(kilobytes).map(|map| map.esptool);
        let sizes = [512, 1024, 2048, 4096, 8192, 16384].map(of);
        assert_eq!(sizes, [Some("512KB"), Some("1MB"), Some("2MB-c1"), Some("4MB-c1"), Some("8MB"), Some("16MB")]);
        assert_eq!(of(256), None);
    }

    #[test]
    fn maps_are_in_order_of_their_numbers() {
        assert!(MAPS.is_sorted_by(|one, other| one.number < other.number));
        assert_eq!(Map::numbered(1), None);
        assert_eq!(Map::numbered(7), None);
    }
}
