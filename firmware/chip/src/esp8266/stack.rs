//! A stack of its own for what computes deeply, borrowed from the SDK's heap.
//!
//! Interrupts use the stack that they interrupt: the SDK's handlers take up to 1,280 bytes of it
//! (`xtask/lx106/src/sizes/stack.rs` has the sum). Each size below leaves room for that.

use super::sdk;
use core::ffi::c_void;

/// Bytes for the handshake, which takes 7,500 at its deepest (`cargo xtask build` shows it).
pub(crate) const HANDSHAKE: usize = 9_216;
/// Bytes for one record of an open connection, which takes 2,750 at its deepest.
pub(crate) const RECORD: usize = 4_352;
/// Words at the low end that nobody may ever reach, and what they hold.
const GUARDS: usize = 8;
const GUARD: u32 = 0x57AC_4E4D;

unsafe extern "C" {
    /// `firmware/chip/lx106/stack.S`: calls a function with the stack pointer there.
    fn fleetwright_on_stack(top: *mut u8, function: extern "C" fn(*mut c_void), argument: *mut c_void);
}

/// The stack; given back when it is dropped.
pub(crate) struct Stack {
    low: *mut u32,
    size: usize,
}

impl Stack {
    /// Borrows so many bytes; `None`: the heap has no block of that size.
    pub(crate) fn borrow(size: usize) -> Option<Self> {
        // SAFETY: the SDK's `os_malloc_dram`; without its leak detection it looks at neither name nor line.
        let low = unsafe { sdk::pvPortMalloc(size, c"".as_ptr(), 0, false) }.cast::<u32>();
        if low.is_null() {
            return None;
        }
        for index in 0..GUARDS {
            // SAFETY: the memory is ours, and larger.
            unsafe { low.add(index).write_volatile(GUARD) };
        }
        Some(Self { low, size })
    }

    /// Runs something on it.
    ///
    /// # Panics
    ///
    /// If it was too small: the memory below it is not what it was, and nothing can be trusted any more.
    pub(crate) fn run(&mut self, mut what: &mut dyn FnMut()) {
        extern "C" fn call(what: *mut c_void) {
            // SAFETY: what `run` hands over, which lives as long as this call.
            unsafe { (*what.cast::<&mut dyn FnMut()>())() }
        }
        // SAFETY: the stack is as large as it says, aligned to 16 bytes as C wants it, and in use once at a time.
        unsafe {
            let top = self.low.cast::<u8>().add(self.size);
            fleetwright_on_stack(top.sub(top as usize % 16), call, (&raw mut what).cast());
        }
        // SAFETY: as in `borrow`.
        let whole = (0..GUARDS).all(|index| unsafe { self.low.add(index).read_volatile() } == GUARD);
        assert!(whole, "a borrowed stack is full");
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // SAFETY: it came from there.
        unsafe { sdk::vPortFree(self.low.cast(), c"".as_ptr(), 0) };
    }
}
