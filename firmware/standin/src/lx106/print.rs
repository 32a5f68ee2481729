//! `os_printf_plus`: as much of C's `printf` as nodes use. A line goes to the log when it ends.

use super::channel::{fault, send};
use super::memory;
use super::single::Single;
use core::cell::Cell;
use core::ffi::{c_char, c_int};
use fleetwright_protocol::{CONNECTED, FromNode, decimal};

/// The longest line of the log; the rest of a longer one starts another.
const LINE: usize = 512;

struct LogLine {
    bytes: [Cell<u8>; LINE],
    length: Cell<usize>,
}

static OPEN: Single<LogLine> = Single(LogLine { bytes: [const { Cell::new(0) }; LINE], length: Cell::new(0) });

/// The counter of cycles when the node logged last that the broker accepted it; 0: it never did. It is read here, and
/// not when somebody asks: what the node does in between depends on how busy this machine is.
static CONNECTED_AT: Single<Cell<u32>> = Single(Cell::new(0));

/// As [`CONNECTED_AT`] says.
pub(super) fn connected_at() -> u32 {
    CONNECTED_AT.get()
}

fn put(byte: u8) {
    let length = OPEN.length.get();
    if byte == b'\n' || length == LINE {
        OPEN.length.set(0);
        // SAFETY: `Cell<u8>` is laid out like `u8`, and nothing is put while it is sent.
        let line = unsafe { core::slice::from_raw_parts(OPEN.bytes.as_ptr().cast(), length) };
        if line == CONNECTED {
            CONNECTED_AT.set(memory::cycle_count());
        }
        send(&FromNode::Log(line));
        if byte == b'\n' {
            return;
        }
        return put(byte);
    }
    OPEN.bytes[length].set(byte);
    OPEN.length.set(length + 1);
}

fn hexadecimal(figure: u32) {
    let digits = (8 - figure.leading_zeros() / 4).max(1);
    for digit in (0..digits).rev() {
        put(b"0123456789abcdef"[(figure >> (digit * 4) & 15) as usize]);
    }
}

/// The SDK's `printf`. Rust has no variadic functions; on this CPU the first five arguments come in registers whether
/// the function is variadic or not, and no node hands over more.
///
/// # Safety
///
/// `format` and every argument for a `%s` end with a zero.
#[unsafe(no_mangle)]
unsafe extern "C" fn os_printf_plus(
    format: *const c_char,
    one: u32,
    two: u32,
    three: u32,
    four: u32,
    five: u32,
) -> c_int {
    // SAFETY: the caller's promise.
    let mut format = unsafe { core::ffi::CStr::from_ptr(format) }.to_bytes().iter();
    let mut arguments = [one, two, three, four, five].into_iter();
    while let Some(byte) = format.next() {
        if *byte != b'%' {
            put(*byte);
            continue;
        }
        let (Some(kind), Some(argument)) = (format.next(), arguments.next()) else {
            fault("printf: more arguments than there are")
        };
        match kind {
            // SAFETY: the caller's promise.
            b's' => {
                unsafe { core::ffi::CStr::from_ptr(argument as *const c_char) }.to_bytes().iter().copied().for_each(put)
            }
            b'u' => {
                let mut digits = [0; 10];
                decimal(argument, &mut digits).iter().copied().for_each(put);
            }
            b'x' => hexadecimal(argument),
            _ => fault("printf: only %s, %u and %x are used"),
        }
    }
    0
}
