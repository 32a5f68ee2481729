//! Values that outlive a power cut: a log in two sectors of flash, of which one counts.
//!
//! A record is two words: a key, and a value of 16 bits with a checksum of both above it. Records are appended; the last one of
//! a key counts. The first record of a sector is its head, with a generation as its value, and is written last: a sector
//! without a valid head is none. Of two that have one, the later generation counts. When the sector is full, the other one
//! is erased and gets the last record of each key, then its head. So at each moment, whenever the power goes, either the old
//! value or the new one is there.
//!
//! Wear: a sector has room for 511 records beside its head, and flash is made for 100,000 erases of a sector (Winbond W25Q32,
//! data sheet). For one key that is 2 × 100,000 × 510 = 102 million changes; at one every 5 seconds, without a pause, more
//! than 16 years.

use crate::partitions::SECTOR;
use fleetwright_node::fnv1a;

/// Flash memory, by addresses in bytes and by whole words. What is not erased can't be written.
pub trait Flash {
    /// Reads words; whether that succeeded.
    fn read(&mut self, address: u32, words: &mut [u32]) -> bool;
    /// Writes words, all of which are blank; whether that succeeded.
    fn write(&mut self, address: u32, words: &[u32]) -> bool;
    /// Erases a sector: all of its bits are set then; whether that succeeded.
    fn erase(&mut self, address: u32) -> bool;
}

/// How many keys survive a change of sectors: more than a board has pins. Of more, those that changed last.
const MOST: usize = 16;
/// Records in a sector, its head among them.
const RECORDS: u32 = SECTOR / RECORD;
/// Bytes of a record.
const RECORD: u32 = 8;
/// The key of a head.
const HEAD: u32 = 0x5354_4154;
const BLANK: [u32; 2] = [u32::MAX; 2];
/// Words that are read at a time.
const CHUNK: usize = 16;

/// The log, in two sectors.
pub struct Kept<F> {
    flash: F,
    start: u32,
}

/// The keys and values that are to move into another sector, those that changed last behind the others.
type Latest = [Option<(u32, u16)>; MOST];

impl<F: Flash> Kept<F> {
    /// The log in the two sectors from this address on.
    pub const fn new(flash: F, start: u32) -> Self {
        Self { flash, start }
    }

    /// The value that was kept last under a key.
    pub fn value(&mut self, key: u32) -> Option<u16> {
        let (sector, _) = self.current()?;
        let mut found = None;
        self.records(sector, &mut |other, value| {
            if other == key {
                found = Some(value);
            }
        })?;
        found
    }

    /// Keeps a value under a key; one that is kept already is not written again. `false`: the flash memory failed.
    pub fn keep(&mut self, key: u32, value: u16) -> bool {
        let current = self.current();
        let mut latest = Latest::default();
        if let Some((sector, _)) = current {
            let Some(free) = self.records(sector, &mut |key, value| remember(&mut latest, key, value)) else {
                return false;
            };
            if latest.contains(&Some((key, value))) {
                return true;
            }
            if free < RECORDS {
                return self.flash.write(sector + free * RECORD, &record(key, value));
            }
        }
        remember(&mut latest, key, value);
        self.begin(current, &latest)
    }

    /// Begins the sector that does not count, with these records; its head comes last.
    fn begin(&mut self, current: Option<(u32, u16)>, latest: &Latest) -> bool {
        let (target, generation) = match current {
            Some((sector, generation)) if sector == self.start => (self.start + SECTOR, generation.wrapping_add(1)),
            Some((_, generation)) => (self.start, generation.wrapping_add(1)),
            None => (self.start, 0),
        };
        if !self.flash.erase(target) {
            return false;
        }
        let mut at = target;
        for (key, value) in latest.iter().flatten() {
            at += RECORD;
            if !self.flash.write(at, &record(*key, *value)) {
                return false;
            }
        }
        self.flash.write(target, &record(HEAD, generation))
    }

    /// The sector that counts, and its generation.
    fn current(&mut self) -> Option<(u32, u16)> {
        let [one, other] = [self.start, self.start + SECTOR].map(|sector| {
            let mut head = [0; 2];
            let generation = self.flash.read(sector, &mut head).then(|| read(head)).flatten();
            generation.filter(|(key, _)| *key == HEAD).map(|(_, generation)| (sector, generation))
        });
        match (one, other) {
            // Generations begin anew after 65,536; of two sectors one is always just before the other.
            (Some(one), Some(other)) if (one.1.wrapping_sub(other.1) as i16) < 0 => Some(other),
            (one, other) => one.or(other),
        }
    }

    /// Calls `each` with the key and value of every valid record of a sector but its head; the index behind the last that is
    /// not blank.
    fn records(&mut self, sector: u32, each: &mut dyn FnMut(u32, u16)) -> Option<u32> {
        let (mut free, mut index) = (0, 0);
        while index < RECORDS {
            let mut words = [0; CHUNK];
            if !self.flash.read(sector + index * RECORD, &mut words) {
                return None;
            }
            for pair in words.chunks_exact(2) {
                let [key, rest] = [0, 1].map(|word| pair.get(word).copied().unwrap_or(u32::MAX));
                if [key, rest] != BLANK {
                    free = index + 1;
                }
                if let Some((key, value)) = read([key, rest]).filter(|_| index > 0) {
                    each(key, value);
                }
                index += 1;
            }
        }
        Some(free)
    }
}

/// Notes a value; where there is no room the one that changed longest ago is dropped.
fn remember(latest: &mut Latest, key: u32, value: u16) {
    let same = latest.iter().position(|entry| entry.is_some_and(|(other, _)| other == key));
    let place = same.or_else(|| latest.iter().position(Option::is_none)).unwrap_or(0);
    if let Some(rest) = latest.get_mut(place..) {
        let end = rest.iter().position(Option::is_none).unwrap_or(rest.len()).max(1);
        if let Some(moved) = rest.get_mut(..end) {
            moved.rotate_left(1);
            if let Some(last) = moved.last_mut() {
                *last = Some((key, value));
            }
        }
    }
}

/// A record as it is written.
fn record(key: u32, value: u16) -> [u32; 2] {
    [key, u32::from(checksum(key, value)) << 16 | u32::from(value)]
}

/// The key and value of a record; `None`: it is blank, or the power went while it was written.
fn read([key, rest]: [u32; 2]) -> Option<(u32, u16)> {
    let (value, check) = (rest as u16, (rest >> 16) as u16);
    (check == checksum(key, value)).then_some((key, value))
}

/// FNV-1a, folded to 16 bits; of what is blank it is not blank.
fn checksum(key: u32, value: u16) -> u16 {
    let hash = fnv1a(key.to_le_bytes().into_iter().chain(value.to_le_bytes()));
    (hash >> 16) as u16 ^ hash as u16
}

#[cfg(test)]
mod tests;
