//! Bytes by the memory that they cost.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};

/// Bytes in each section that costs a memory of the chip. A difference may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sections {
    pub(crate) data: i64,
    pub(crate) rodata: i64,
    pub(crate) bss: i64,
    pub(crate) iram: i64,
    pub(crate) flash: i64,
}

impl Sections {
    /// In the order of the fields.
    pub(super) const fn new([data, rodata, bss, iram, flash]: [i64; 5]) -> Self {
        Self { data, rodata, bss, iram, flash }
    }

    fn values(self) -> [i64; 5] {
        [self.data, self.rodata, self.bss, self.iram, self.flash]
    }

    /// The bytes of a section of a linked node, by its name in both scripts; `None`: it costs nothing.
    pub(super) fn named(&mut self, section: &str) -> Option<&mut i64> {
        match section {
            ".data" => Some(&mut self.data),
            ".rodata" => Some(&mut self.rodata),
            ".bss" => Some(&mut self.bss),
            ".text" | ".lit4" => Some(&mut self.iram),
            ".irom0.text" => Some(&mut self.flash),
            _ => None,
        }
    }

    /// Data RAM: variables and, since flash can't be read by bytes, all constants.
    pub(crate) fn ram(self) -> i64 {
        self.data + self.rodata + self.bss
    }
}

impl Add for Sections {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (left, right) = (self.values(), other.values());
        Self::new(std::array::from_fn(|index| left[index] + right[index]))
    }
}

impl Sub for Sections {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        let (left, right) = (self.values(), other.values());
        Self::new(std::array::from_fn(|index| left[index] - right[index]))
    }
}
