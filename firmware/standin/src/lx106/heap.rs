//! The SDK's heap: a few blocks between the node's data and the ROM's, counted and painted, so that it can be reported how
//! much was in use, and how deep a block was used that serves as a stack.

use super::channel::fault;
use super::memory::{self, PAINT};
use super::single::Single;
use core::cell::Cell;
use core::ffi::{c_char, c_void};

/// Blocks at a time; a node has one.
const BLOCKS: usize = 4;
/// What the SDK aligns blocks to.
const ALIGNMENT: u32 = 8;
/// Bytes at the low end of a block that may hold guards of the node's; they count as never used.
const GUARDS: u32 = 32;

#[derive(Clone, Copy)]
struct Block {
    start: u32,
    size: u32,
}

struct HeapState {
    blocks: Cell<[Option<Block>; BLOCKS]>,
    most: Cell<u32>,
    deepest: Cell<u32>,
    spare: Cell<u32>,
}

impl HeapState {
    const fn new() -> Self {
        Self {
            blocks: Cell::new([None; BLOCKS]),
            most: Cell::new(0),
            deepest: Cell::new(0),
            spare: Cell::new(u32::MAX),
        }
    }

    fn allocated(&self) -> u32 {
        self.blocks.get().iter().flatten().map(|block| block.size).sum()
    }

    /// Counts how deep a block was used until now.
    fn count(&self, block: Block) {
        let depth = depth(block);
        self.deepest.set(self.deepest.get().max(depth));
        self.spare.set(self.spare.get().min(block.size - GUARDS - depth));
    }
}

static HEAP: Single<HeapState> = Single(HeapState::new());

/// Bytes in use now, bytes in use at most, the deepest use of a block from its end, and the least that any was not used.
pub(super) fn figures() -> [u32; 4] {
    HEAP.blocks.get().into_iter().flatten().for_each(|block| HEAP.count(block));
    [HEAP.allocated(), HEAP.most.get(), HEAP.deepest.get(), HEAP.spare.get()]
}

/// How far from its end a block was written to.
fn depth(block: Block) -> u32 {
    let mut lowest = block.start + GUARDS;
    // SAFETY: memory of a block, in words.
    while lowest < block.start + block.size && unsafe { (lowest as *const u32).read_volatile() } == PAINT {
        lowest += 4;
    }
    block.start + block.size - lowest
}

#[unsafe(no_mangle)]
extern "C" fn pvPortMalloc(size: usize, _: *const c_char, _: u32, iram: bool) -> *mut c_void {
    if iram || size == 0 {
        fault("pvPortMalloc: some bytes of data RAM");
    }
    let size = (size as u32).next_multiple_of(ALIGNMENT);
    let mut blocks = HEAP.blocks.get();
    let (low, high) = memory::heap();
    // The first gap that is large enough: behind the start, or behind a block.
    let starts = blocks.iter().flatten().map(|block| block.start + block.size);
    let free = |start: u32| {
        let end = start + size;
        end <= high && !blocks.iter().flatten().any(|block| start < block.start + block.size && block.start < end)
    };
    let Some(start) = core::iter::once(low).chain(starts).filter(|start| free(*start)).min() else {
        return core::ptr::null_mut();
    };
    let Some(slot) = blocks.iter_mut().find(|slot| slot.is_none()) else { return core::ptr::null_mut() };
    *slot = Some(Block { start, size });
    HEAP.blocks.set(blocks);
    HEAP.most.set(HEAP.most.get().max(HEAP.allocated()));
    for word in 0..size / 4 {
        // SAFETY: memory that is nobody else's.
        unsafe { (start as *mut u32).add(word as usize).write_volatile(PAINT) };
    }
    start as *mut c_void
}

#[unsafe(no_mangle)]
extern "C" fn vPortFree(memory: *mut c_void, _: *const c_char, _: u32) {
    let mut blocks = HEAP.blocks.get();
    let found = blocks.iter_mut().find(|slot| slot.is_some_and(|block| block.start == memory as u32));
    let Some(block) = found.and_then(Option::take) else { fault("vPortFree: nobody got this memory") };
    HEAP.count(block);
    HEAP.blocks.set(blocks);
}
