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

#[derive(Clone, Copy)]
struct Block {
    start: u32,
    size: u32,
}

struct HeapState {
    blocks: Cell<[Option<Block>; BLOCKS]>,
    most: Cell<u32>,
    deepest: Cell<u32>,
}

impl HeapState {
    const fn new() -> Self {
        Self { blocks: Cell::new([None; BLOCKS]), most: Cell::new(0), deepest: Cell::new(0) }
    }

    fn allocated(&self) -> u32 {
        self.blocks.get().iter().flatten().map(|block| block.size).sum()
    }
}

static HEAP: Single<HeapState> = Single(HeapState::new());

/// Bytes in use now, bytes in use at most, and the deepest use of a block from its end.
pub(super) fn figures() -> [u32; 3] {
    let depths = HEAP.blocks.get().into_iter().flatten().map(depth);
    [HEAP.allocated(), HEAP.most.get(), depths.fold(HEAP.deepest.get(), u32::max)]
}

/// How far from its end a block was written to.
fn depth(block: Block) -> u32 {
    // The lowest words may hold guards of the node's.
    let mut lowest = block.start + 32;
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
    HEAP.deepest.set(HEAP.deepest.get().max(depth(block)));
    HEAP.blocks.set(blocks);
}
