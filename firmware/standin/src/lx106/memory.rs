//! The emulated chip's memory: where stack and heap are, how deep the stack went, the words that outlive a restart, and the
//! counter of cycles.

use super::single::Single;
use core::cell::Cell;

/// The words of the real-time clock's memory that a node uses: from the first that the SDK leaves to it.
const KEPT: *mut u32 = 0x6000_1200 as *mut u32;
/// What the stack is painted with, to see later how deep it went.
pub(super) const PAINT: u32 = 0x5EA5_1DE5;
/// What is left unpainted for the function that paints.
const MARGIN: u32 = 256;

unsafe extern "C" {
    static _stack_limit: u32;
    static _stack_top: u32;
    static _heap_start: u32;
    static _heap_end: u32;
    /// The CPU's counter of cycles (`CCOUNT`): in an emulator that counts instructions, so many of them.
    fn cycles() -> u32;
}

fn address(symbol: *const u32) -> u32 {
    symbol as u32
}

/// Paints the stack. Called first of all.
#[inline(never)]
pub(super) fn paint() {
    let here = 0_u32;
    let end = address(&raw const here) - MARGIN;
    let mut current = address(&raw const _stack_limit);
    while current < end {
        // SAFETY: memory of the stack, below all that is in use.
        unsafe { (current as *mut u32).write_volatile(PAINT) };
        current += 4;
    }
}

/// Bytes of stack that were in use at the deepest, the stand-in's own share among them.
pub(super) fn deepest() -> u32 {
    let mut current = address(&raw const _stack_limit);
    let top = address(&raw const _stack_top);
    // SAFETY: memory of the stack, read as it was painted.
    while current < top && unsafe { (current as *const u32).read_volatile() } == PAINT {
        current += 4;
    }
    top - current
}

/// Puts back what was kept.
pub(super) fn keep(words: [u32; 2]) {
    for (index, word) in words.into_iter().enumerate() {
        // SAFETY: memory of the emulated chip that nobody but the node uses, and the node does not run yet.
        unsafe { KEPT.add(index).write_volatile(word) };
    }
}

/// What outlives a restart.
pub(super) fn kept() -> [u32; 2] {
    // SAFETY: as in `keep`.
    [0, 1].map(|index| unsafe { KEPT.add(index).read_volatile() })
}

/// Where the SDK's heap begins and ends.
pub(super) fn heap() -> (u32, u32) {
    (address(&raw const _heap_start), address(&raw const _heap_end))
}

/// Bytes that the stack has.
pub(super) fn stack_size() -> u32 {
    address(&raw const _stack_top) - address(&raw const _stack_limit)
}

/// The counter of cycles when the program started.
static STARTED_AT: Single<Cell<u32>> = Single(Cell::new(0));

/// The program starts now. The counter does not begin at zero: until the emulated CPU runs its first instruction, QEMU
/// lets the counter follow this machine's clock, for milliseconds where the machine is busy.
pub(super) fn start_counting() {
    // SAFETY: reads a register.
    STARTED_AT.set(unsafe { cycles() });
}

/// The CPU's cycles since the start of the program.
pub(super) fn cycle_count() -> u32 {
    // SAFETY: reads a register.
    unsafe { cycles() }.wrapping_sub(STARTED_AT.get())
}
