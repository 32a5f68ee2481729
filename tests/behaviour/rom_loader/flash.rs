//! Flash memory: it is erased by sectors, to ones, and writing can only make zeros of them.

use super::Flaw;

/// The smallest part that can be erased.
const SECTOR: usize = 0x1000;

pub(super) struct FlashMemory {
    pub(super) content: Vec<u8>,
    worn_out: Option<usize>,
}

impl FlashMemory {
    pub(super) fn new(content: Vec<u8>, flaw: Flaw) -> Self {
        let worn_out = if let Flaw::WornOut(address) = flaw { Some(address) } else { None };
        Self { content, worn_out }
    }

    /// What a chip of this size says of itself: maker, kind, and the power of two that is its size.
    pub(super) fn id(&self) -> u32 {
        (self.content.len().ilog2() << 16) | 0x40EF
    }

    pub(super) fn has(&self, address: usize, size: usize) -> bool {
        address.checked_add(size).is_some_and(|end| end <= self.content.len())
    }

    pub(super) fn erase_sector(&mut self, address: usize) {
        let start = address - address % SECTOR;
        self.content[start..start + SECTOR].fill(0xFF);
    }

    pub(super) fn write(&mut self, address: usize, bytes: &[u8]) {
        for (cell, byte) in self.content[address..].iter_mut().zip(bytes) {
            *cell &= byte;
        }
        if let Some(address) = self.worn_out {
            self.content[address] = 0;
        }
    }

    /// Erases each sector when the first byte goes into it, as the stub does.
    pub(super) fn write_erasing(&mut self, address: usize, bytes: &[u8], erased_to: &mut usize) {
        while *erased_to < address + bytes.len() {
            self.erase_sector(*erased_to);
            *erased_to += SECTOR - *erased_to % SECTOR;
        }
        self.write(address, bytes);
    }

    /// What the SDK and boot loader do to a board that starts for the first time: the radio's calibration goes to the fifth
    /// sector from the end, the parameters to the third from the end and then to the second.
    pub(super) fn first_start(&mut self) {
        let end = self.content.len();
        for (sectors, byte) in [(5, 0xCA), (3, 0x55), (2, 0x56)] {
            let start = end - sectors * SECTOR;
            self.erase_sector(start);
            self.write(start, &[byte; 0x200]);
        }
    }
}
