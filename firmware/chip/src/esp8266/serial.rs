//! The serial log on UART0. Knows no node.

use super::sdk;

/// What UART0 is driven with, divided by the serial log's speed.
const DIVIDER: u32 = 80_000_000 / 115_200;
/// Bytes of a log line that are printed at a time.
const CHUNK: usize = 96;

/// Sets the speed of the serial log.
pub(crate) fn set_up() {
    // SAFETY: the SDK's own function for that, on the port that it uses itself.
    unsafe { sdk::uart_div_modify(0, DIVIDER) };
}

/// Prints one line: the parts one after the other, then a line end.
pub(crate) fn log(parts: &[&[u8]]) {
    for chunk in parts.iter().flat_map(|part| part.chunks(CHUNK)) {
        print(chunk);
    }
    // SAFETY: a text for the SDK's `printf`, without arguments.
    unsafe { sdk::os_printf_plus(c"\n".as_ptr()) };
}

/// Prints at most [`CHUNK`] bytes. One event is one line and ends at its end, whatever a message held.
fn print(bytes: &[u8]) {
    let mut text = [0; CHUNK + 1];
    for (target, byte) in text.iter_mut().zip(bytes.iter().take(CHUNK)) {
        *target = if *byte < b' ' || *byte == 0x7F { b'.' } else { *byte };
    }
    // SAFETY: one text for one `%s`, with a zero at its end.
    unsafe { sdk::os_printf_plus(c"%s".as_ptr(), text.as_ptr()) };
}
