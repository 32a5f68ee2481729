//! How much the node uses of what can grow: the stack, timers, connections. And the words that outlive a restart.

use crate::channel::{fault, send};
use crate::machine::MACHINE;
use crate::{heap, network};

/// The words of the real-time clock's memory that a node uses: from the first that the SDK leaves to it.
const KEPT: *mut u32 = 0x6000_1200 as *mut u32;
/// What the stack is painted with, to see later how deep it went.
pub(crate) const PAINT: u32 = 0x5EA5_1DE5;
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
pub(crate) fn paint() {
    let here = 0_u32;
    let end = address(&raw const here) - MARGIN;
    let mut place = address(&raw const _stack_limit);
    while place < end {
        // SAFETY: memory of the stack, below all that is in use.
        unsafe { (place as *mut u32).write_volatile(PAINT) };
        place += 4;
    }
}

/// Bytes of stack that were in use at the deepest, the stand-in's own share among them.
fn deepest() -> u32 {
    let mut place = address(&raw const _stack_limit);
    let top = address(&raw const _stack_top);
    // SAFETY: memory of the stack, read as it was painted.
    while place < top && unsafe { (place as *const u32).read_volatile() } == PAINT {
        place += 4;
    }
    top - place
}

/// Puts back what was kept.
pub(crate) fn keep(words: [u32; 2]) {
    for (index, word) in words.into_iter().enumerate() {
        // SAFETY: memory of the emulated chip that nobody but the node uses, and the node does not run yet.
        unsafe { KEPT.add(index).write_volatile(word) };
    }
}

/// What outlives a restart.
pub(crate) fn kept() -> [u8; 8] {
    let mut bytes = [0; 8];
    for (index, place) in bytes.chunks_exact_mut(4).enumerate() {
        // SAFETY: as in `keep`.
        place.copy_from_slice(&unsafe { KEPT.add(index).read_volatile() }.to_be_bytes());
    }
    bytes
}

/// Where the SDK's heap begins and ends.
pub(crate) fn heap() -> (u32, u32) {
    (address(&raw const _heap_start), address(&raw const _heap_end))
}

/// Says what is in use.
pub(crate) fn report() {
    let stack = deepest();
    if stack >= address(&raw const _stack_top) - address(&raw const _stack_limit) {
        fault("the stack is full");
    }
    let (low, high) = heap();
    let [allocated, most, deepest] = heap::figures();
    let mut text = Text::new();
    text.field("heap", high - low);
    text.field("allocated", allocated);
    text.field("most", most);
    text.field("deepest", deepest);
    text.field("stack", stack);
    text.field("timers", MACHINE.timers.get().count() as u32);
    text.field("connections", network::known());
    // SAFETY: reads a register.
    text.field("cycles", unsafe { cycles() });
    send(b'H', text.bytes());
}

/// `name figure name figure`.
struct Text {
    bytes: [u8; 160],
    length: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; 160], length: 0 }
    }

    fn field(&mut self, name: &str, figure: u32) {
        if self.length > 0 {
            self.put(b" ");
        }
        self.put(name.as_bytes());
        self.put(b" ");
        let mut digits = [0; 10];
        self.put(crate::print::decimal(figure, &mut digits));
    }

    fn put(&mut self, bytes: &[u8]) {
        if let Some(place) = self.bytes.get_mut(self.length..self.length + bytes.len()) {
            place.copy_from_slice(bytes);
            self.length += bytes.len();
        }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}
