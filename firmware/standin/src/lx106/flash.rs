//! The flash memory, as far as a node may write it: its two sectors for what outlives a power cut. The tools are told of
//! every change, and tell it again at the next start.

use super::channel::{fault, send};
use super::single::Single;
use core::cell::UnsafeCell;
use fleetwright_protocol::FromNode;

/// Where the sectors are in the map of [`system`](super::system): before the five that are the SDK's.
const START: u32 = 0x3f_9000;
const SECTOR: u32 = 0x1000;
const LENGTH: usize = 2 * SECTOR as usize;

/// The bytes with all bits turned: what is blank in flash is zero here.
static BYTES: Single<UnsafeCell<[u8; LENGTH]>> = Single(UnsafeCell::new([0; LENGTH]));

/// `SPI_FLASH_RESULT_OK`.
const OK: u32 = 0;

/// The bytes from an address on, which must be whole words of the node's sectors.
fn bytes(address: u32, size: u32) -> &'static mut [u8] {
    let start = address.wrapping_sub(START) as usize;
    if address % 4 != 0 || size % 4 != 0 {
        fault("flash is read and written by whole words");
    }
    // SAFETY: one thread, and no caller keeps it.
    let all = unsafe { &mut *BYTES.get() };
    match start.checked_add(size as usize).and_then(|end| all.get_mut(start..end)) {
        Some(bytes) => bytes,
        None => fault("flash is touched beside the node's own sectors"),
    }
}

/// What was there before the start: the address in four bytes, and the bytes.
pub(super) fn keep(body: &[u8]) {
    let Some((address, found)) = body.split_first_chunk() else { fault("flash without an address") };
    for (byte, found) in bytes(u32::from_be_bytes(*address), found.len() as u32).iter_mut().zip(found) {
        *byte = !found;
    }
}

/// # Safety
///
/// So many bytes can be written there.
#[unsafe(no_mangle)]
unsafe extern "C" fn spi_flash_read(address: u32, to: *mut u8, size: u32) -> u32 {
    for (index, byte) in bytes(address, size).iter().enumerate() {
        // SAFETY: the caller's promise.
        unsafe { *to.add(index) = !*byte };
    }
    OK
}

/// # Safety
///
/// So many bytes can be read there.
#[unsafe(no_mangle)]
unsafe extern "C" fn spi_flash_write(address: u32, from: *const u8, size: u32) -> u32 {
    // SAFETY: the caller's promise.
    let written = unsafe { core::slice::from_raw_parts(from, size as usize) };
    for (byte, written) in bytes(address, size).iter_mut().zip(written) {
        if *byte & written != 0 {
            fault("flash is written that was not erased");
        }
        *byte = !written;
    }
    send(&FromNode::Flash { address, bytes: written });
    OK
}

#[unsafe(no_mangle)]
extern "C" fn spi_flash_erase_sector(sector: u16) -> u32 {
    let address = u32::from(sector) * SECTOR;
    bytes(address, SECTOR).fill(0);
    send(&FromNode::Erased(address));
    OK
}
