//! Frames over QEMU's semihosting: the emulator's standard input and output are the channel.

use crate::frames::{HEADER, LONGEST, header, parse};
use crate::machine::MACHINE;
use core::cell::UnsafeCell;

const EXIT: u32 = 1;
const READ: u32 = 3;
const WRITE: u32 = 4;
const OPEN: u32 = 5;
/// What the emulator ends with: the host side closed the channel; the node restarts; the node did what it must not.
pub(crate) const QUIT: u32 = 0;
pub(crate) const RESTART: u32 = 3;
pub(crate) const FAULT: u32 = 4;

unsafe extern "C" {
    fn semihost(number: u32, one: u32, two: u32, three: u32) -> i32;
}

/// Opens the channel: files 0 to 2 would be the emulated serial port, where a `read` does not wait.
pub(crate) fn open() {
    // SAFETY: names with a zero at their end; 0 is read-only, 1 write-only.
    let (input, output) = unsafe {
        let open = |name: &core::ffi::CStr, flags| semihost(OPEN, name.as_ptr() as u32, flags, 0);
        (open(c"/dev/stdin", 0), open(c"/dev/stdout", 1))
    };
    if input < 0 || output < 0 {
        exit(FAULT);
    }
    MACHINE.input.set(input as u32);
    MACHINE.output.set(output as u32);
}

/// Ends the emulator.
pub(crate) fn exit(code: u32) -> ! {
    loop {
        // SAFETY: does not come back.
        unsafe { semihost(EXIT, code, 0, 0) };
    }
}

/// Sends a frame; what is longer than a frame is cut.
pub(crate) fn send(kind: u8, body: &[u8]) {
    let body = body.get(..LONGEST).unwrap_or(body);
    write(&header(kind, body.len() as u16));
    write(body);
}

fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: so many bytes can be read there.
        let count = unsafe { semihost(WRITE, MACHINE.output.get(), bytes.as_ptr() as u32, bytes.len() as u32) };
        match bytes.get(count.max(0) as usize..) {
            Some(rest) if count > 0 => bytes = rest,
            _ => exit(QUIT),
        }
    }
}

/// Waits for a frame: its kind, and its body, which lies where the chip has nothing: the node's stack is counted, and
/// a buffer on it would count as the node's.
pub(crate) fn receive() -> (u8, &'static mut [u8]) {
    struct Body(UnsafeCell<[u8; LONGEST]>);
    // SAFETY: one core, no interrupts.
    unsafe impl Sync for Body {}
    static BODY: Body = Body(UnsafeCell::new([0; LONGEST]));
    let mut head = [0; HEADER];
    fill(&mut head);
    let (kind, length) = parse(head);
    // SAFETY: the machine's loop asks for a frame only when it is done with the one before.
    let buffer = unsafe { &mut *BODY.0.get() };
    let Some(body) = buffer.get_mut(..usize::from(length)) else { exit(FAULT) };
    fill(body);
    (kind, body)
}

fn fill(mut buffer: &mut [u8]) {
    while !buffer.is_empty() {
        // SAFETY: so many bytes can be written there.
        let count = unsafe { semihost(READ, MACHINE.input.get(), buffer.as_mut_ptr() as u32, buffer.len() as u32) };
        // No bytes: the host side closed the channel.
        if count <= 0 || count as usize > buffer.len() {
            exit(QUIT);
        }
        buffer = &mut buffer[count as usize..];
    }
}

/// The node did what the SDK does not allow: says so, and stops.
pub(crate) fn fault(what: &str) -> ! {
    send(b'E', what.as_bytes());
    exit(FAULT)
}
