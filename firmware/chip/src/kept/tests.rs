//! The log in flash that is made of bytes: full sectors, power cuts at every moment, wear.

use super::*;
extern crate std;
use std::collections::BTreeMap;
use std::vec;
use std::vec::Vec;

const START: u32 = 0x3f_9000;

/// Two sectors of flash, which may lose its power.
#[derive(Clone)]
struct Chip {
    words: Vec<u32>,
    erases: BTreeMap<u32, u32>,
    /// After so many words that were written or sectors that were erased the power goes; in the middle of the last.
    power: Option<u32>,
}

impl Chip {
    /// As a board may come: with whatever was there before.
    fn new(filled_with: u32) -> Self {
        Self { words: vec![filled_with; 2 * SECTOR as usize / 4], erases: BTreeMap::new(), power: None }
    }

    fn index(&self, address: u32, count: usize) -> usize {
        assert!(address >= START && address.is_multiple_of(4), "{address:#x}");
        let index = (address - START) as usize / 4;
        assert!(index + count <= self.words.len(), "{address:#x}");
        index
    }

    /// Uses a unit of power: all of it (`Some(true)`), the last one by halves (`Some(false)`), or there is none.
    fn spend(&mut self) -> Option<bool> {
        match &mut self.power {
            None => Some(true),
            Some(0) => None,
            Some(power) => {
                *power -= 1;
                Some(*power > 0)
            }
        }
    }
}

impl Flash for &mut Chip {
    fn read(&mut self, address: u32, words: &mut [u32]) -> bool {
        let index = self.index(address, words.len());
        words.copy_from_slice(&self.words[index..index + words.len()]);
        true
    }

    fn write(&mut self, address: u32, words: &[u32]) -> bool {
        let index = self.index(address, words.len());
        for (word, to_write) in (index..).zip(words) {
            let Some(whole) = self.spend() else { return false };
            assert_eq!(self.words[word], u32::MAX, "what is not blank is written");
            self.words[word] &= if whole { *to_write } else { *to_write | 0x0f0f_0f0f };
            if !whole {
                return false;
            }
        }
        true
    }

    fn erase(&mut self, address: u32) -> bool {
        assert_eq!(address % SECTOR, 0);
        let index = self.index(address, SECTOR as usize / 4);
        let Some(whole) = self.spend() else { return false };
        let count = SECTOR as usize / if whole { 4 } else { 8 };
        self.words[index..index + count].fill(u32::MAX);
        *self.erases.entry(address).or_default() += 1;
        whole
    }
}

fn kept(chip: &mut Chip, key: u32) -> Option<u16> {
    Kept::new(chip, START).value(key)
}

fn keep(chip: &mut Chip, key: u32, value: u16) -> bool {
    Kept::new(chip, START).keep(key, value)
}

#[test]
fn nothing_is_kept_at_first_whatever_was_there() {
    for filled_with in [u32::MAX, 0, 0x1234_5678] {
        let mut chip = Chip::new(filled_with);
        assert_eq!(kept(&mut chip, 7), None);
        assert!(keep(&mut chip, 7, 1) && keep(&mut chip, 8, 2) && keep(&mut chip, 7, 3));
        assert_eq!((kept(&mut chip, 7), kept(&mut chip, 8), kept(&mut chip, 9)), (Some(3), Some(2), None));
    }
}

#[test]
fn what_is_kept_already_is_not_written_again() {
    let mut chip = Chip::new(u32::MAX);
    keep(&mut chip, 7, 1);
    let before = chip.words.clone();
    assert!(keep(&mut chip, 7, 1));
    assert_eq!(chip.words, before);
}

#[test]
fn many_changes_wear_both_sectors_alike_and_lose_no_key() {
    let mut chip = Chip::new(u32::MAX);
    keep(&mut chip, 1, 42);
    for change in 0..100_000_u32 {
        assert!(keep(&mut chip, 2, change as u16));
    }
    assert_eq!((kept(&mut chip, 1), kept(&mut chip, 2)), (Some(42), Some(99_999_u32 as u16)));
    let erases: Vec<u32> = chip.erases.values().copied().collect();
    // The first fills 511 records, each later one 509: two keys move.
    assert!(erases.iter().sum::<u32>() <= 1 + 100_000 / 509, "{erases:?}");
    assert!(erases[0].abs_diff(erases[1]) <= 1, "{erases:?}");
}

#[test]
fn of_too_many_keys_those_that_changed_last_survive() {
    let mut chip = Chip::new(u32::MAX);
    for key in 0..40 {
        keep(&mut chip, key, key as u16);
    }
    for change in 0..600 {
        keep(&mut chip, 39, change);
    }
    assert_eq!((kept(&mut chip, 39), kept(&mut chip, 25), kept(&mut chip, 24)), (Some(599), Some(25), Some(24)));
    assert_eq!(kept(&mut chip, 23), None);
}

#[test]
fn the_power_may_go_at_every_moment() {
    // A sector that is nearly full, so that changes go into the other one too.
    let mut full = Chip::new(0);
    keep(&mut full, 1, 7);
    for change in 0..508 {
        keep(&mut full, 2, change % 2);
    }
    for power in 0..40 {
        let mut chip = full.clone();
        chip.power = Some(power);
        let mut value = 1;
        for next in 2..12 {
            if !keep(&mut chip, 2, next) {
                break;
            }
            value = next;
        }
        chip.power = None;
        let found = kept(&mut chip, 2);
        assert!(found == Some(value) || found == Some(value + 1), "{power}: {found:?} after {value}");
        assert_eq!(kept(&mut chip, 1), Some(7), "{power}");
        assert!(keep(&mut chip, 2, 99), "{power}: it goes on");
        assert_eq!((kept(&mut chip, 1), kept(&mut chip, 2)), (Some(7), Some(99)), "{power}");
    }
}
