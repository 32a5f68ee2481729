//! What Espressif's libraries call and neither they nor the ROM have. Linked for the chip alone.

use core::ffi::{c_char, c_int, c_void};

/// C's `memchr`.
///
/// # Safety
///
/// `text` points to `length` bytes that can be read.
#[unsafe(no_mangle)]
unsafe extern "C" fn memchr(text: *const u8, wanted: c_int, length: usize) -> *const u8 {
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(text, length) };
    bytes.iter().find(|byte| **byte == wanted as u8).map_or(core::ptr::null(), core::ptr::from_ref)
}

/// C's `strcat`.
///
/// # Safety
///
/// Both are texts that end with a zero, and there is room for the second behind the first.
#[unsafe(no_mangle)]
unsafe extern "C" fn strcat(text: *mut c_char, more: *const c_char) -> *mut c_char {
    // SAFETY: the caller's promise, for every byte up to each text's zero.
    unsafe {
        let mut end = text;
        while *end != 0 {
            end = end.add(1);
        }
        let mut from = more;
        while *from != 0 {
            *end = *from;
            end = end.add(1);
            from = from.add(1);
        }
        *end = 0;
    }
    text
}

/// A pointer that never changes.
#[repr(transparent)]
struct Constant(*const c_void);

// SAFETY: what it points to never changes either.
unsafe impl Sync for Constant {}

/// newlib's classes of characters, for `isspace` and its like: bit 0 upper case, 1 lower case, 2 digit, 3 space,
/// 4 punctuation, 5 control, 6 hexadecimal letter, 7 blank. The first entry is for the end of a file.
static CLASSES: [u8; 257] = classes();

const fn classes() -> [u8; 257] {
    let mut table = [0; 257];
    let mut code = 0;
    while code < 128 {
        let byte = code as u8;
        table[code + 1] = match byte {
            b' ' => 0x88,
            b'\t'..=b'\r' => 0x28,
            b'0'..=b'9' => 0x04,
            b'A'..=b'F' => 0x41,
            b'G'..=b'Z' => 0x01,
            b'a'..=b'f' => 0x42,
            b'g'..=b'z' => 0x02,
            0..32 | 127 => 0x20,
            _ => 0x10,
        };
        code += 1;
    }
    table
}

#[unsafe(no_mangle)]
#[expect(non_upper_case_globals, reason = "newlib's name")]
static __ctype_ptr__: Constant = Constant((&raw const CLASSES).cast());
