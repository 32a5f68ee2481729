//! Frames over QEMU's semihosting: the emulator's standard input and output are the channel.

use super::single::Single;
use core::cell::{Cell, UnsafeCell};
use fleetwright_protocol::frame::LONGEST;
use fleetwright_protocol::{FromNode, Header, ToNode};

const EXIT: u32 = 1;
const READ: u32 = 3;
const WRITE: u32 = 4;
const OPEN: u32 = 5;
/// What the emulator ends with: the tools closed the channel; the node restarts; the node did what it must not.
pub(super) const QUIT: u32 = 0;
pub(super) const RESTART: u32 = 3;
pub(super) const FAULT: u32 = 4;

/// The files of the emulator's standard input and output.
static INPUT: Single<Cell<u32>> = Single(Cell::new(0));
static OUTPUT: Single<Cell<u32>> = Single(Cell::new(0));

unsafe extern "C" {
    fn semihost(number: u32, one: u32, two: u32, three: u32) -> i32;
}

/// Opens the channel: files 0 to 2 would be the emulated serial port, where a `read` does not wait.
pub(super) fn open() {
    // SAFETY: names with a zero at their end; 0 is read-only, 1 write-only.
    let (input, output) = unsafe {
        let open = |name: &core::ffi::CStr, flags| semihost(OPEN, name.as_ptr() as u32, flags, 0);
        (open(c"/dev/stdin", 0), open(c"/dev/stdout", 1))
    };
    if input < 0 || output < 0 {
        exit(FAULT);
    }
    INPUT.set(input as u32);
    OUTPUT.set(output as u32);
}

/// Ends the emulator.
pub(super) fn exit(code: u32) -> ! {
    loop {
        // SAFETY: does not come back.
        unsafe { semihost(EXIT, code, 0, 0) };
    }
}

/// Sends a frame.
pub(super) fn send(frame: &FromNode<'_>) {
    if frame.write(&mut write).is_err() {
        fault("a frame that is too long was to be sent");
    }
}

fn write(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: so many bytes can be read there.
        let count = unsafe { semihost(WRITE, OUTPUT.get(), bytes.as_ptr() as u32, bytes.len() as u32) };
        match bytes.get(count.max(0) as usize..) {
            Some(rest) if count > 0 => bytes = rest,
            _ => exit(QUIT),
        }
    }
}

/// Waits for a frame. What was received lies where the chip has nothing: the node's stack is counted, and a buffer on it
/// would count as the node's.
pub(super) fn receive() -> ToNode<&'static mut [u8]> {
    static BODY: Single<UnsafeCell<[u8; LONGEST]>> = Single(UnsafeCell::new([0; LONGEST]));
    let mut header = [0; Header::LENGTH];
    fill(&mut header);
    let Ok(Header { kind, length }) = Header::read(header) else {
        fault("the channel brought a frame that is too long")
    };
    // SAFETY: the machine's loop asks for a frame only when it is done with the one before.
    let buffer = unsafe { &mut *BODY.get() };
    let Some(body) = buffer.get_mut(..usize::from(length)) else { fault("a frame is longer than its buffer") };
    fill(body);
    match ToNode::read(kind, body) {
        Ok(frame) => frame,
        Err(_) => fault("the channel brought a frame that is malformed"),
    }
}

fn fill(mut buffer: &mut [u8]) {
    while !buffer.is_empty() {
        // SAFETY: so many bytes can be written there.
        let count = unsafe { semihost(READ, INPUT.get(), buffer.as_mut_ptr() as u32, buffer.len() as u32) };
        // No bytes: the tools closed the channel.
        if count <= 0 || count as usize > buffer.len() {
            exit(QUIT);
        }
        buffer = &mut buffer[count as usize..];
    }
}

/// The node did what the SDK does not allow, or the tools what the protocol does not: reports it, and stops.
pub(super) fn fault(what: &str) -> ! {
    send(&FromNode::Fault(what.as_bytes()));
    exit(FAULT)
}
