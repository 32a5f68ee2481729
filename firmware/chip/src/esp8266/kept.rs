//! The chip's flash memory, for what outlives a power cut.

use super::sdk;
use crate::kept::{Flash, Kept};
use crate::partitions::{Map, SECTOR};

/// The flash memory by the SDK, which stops interrupts meanwhile: a record takes microseconds, erasing a sector tens of
/// milliseconds.
pub(super) struct Chip;

impl Flash for Chip {
    fn read(&mut self, address: u32, words: &mut [u32]) -> bool {
        // SAFETY: so many bytes can be written there.
        unsafe { sdk::spi_flash_read(address, words.as_mut_ptr(), size_of_val(words) as u32) == sdk::SPI_FLASH_OK }
    }

    fn write(&mut self, address: u32, words: &[u32]) -> bool {
        // SAFETY: so many bytes can be read there.
        unsafe { sdk::spi_flash_write(address, words.as_ptr(), size_of_val(words) as u32) == sdk::SPI_FLASH_OK }
    }

    fn erase(&mut self, address: u32) -> bool {
        // SAFETY: the caller's sectors are a partition of their own.
        unsafe { sdk::spi_flash_erase_sector((address / SECTOR) as u16) == sdk::SPI_FLASH_OK }
    }
}

/// The log of this board; `None`: its image is for no flash that there is.
pub(super) fn log() -> Option<Kept<Chip>> {
    // SAFETY: a plain question to the SDK.
    let number = unsafe { sdk::system_get_flash_size_map() };
    Map::numbered(number).map(|map| Kept::new(Chip, map.kept()))
}
