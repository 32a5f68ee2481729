//! `espconn_gethostbyname`: addresses as text, and names that the tools look up.

use super::channel::send;
use super::espconn::{Espconn, OK, RESOLVING};
use super::single::Single;
use super::{station, wifi};
use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_void};
use fleetwright_protocol::FromNode;

type Found = extern "C" fn(*const c_char, *const [u8; 4], *mut c_void);

/// A question that was asked: who is told, of which name, with which argument.
#[derive(Clone, Copy)]
struct Question {
    callback: Found,
    name: *const c_char,
    argument: *mut c_void,
}

static ASKED: Single<Cell<Option<Question>>> = Single(Cell::new(None));

/// The name was found, or nobody has it.
pub(super) fn found(address: Option<[u8; 4]>) {
    let Some(Question { callback, name, argument }) = ASKED.take() else { return };
    let address = address.filter(|_| wifi::joined());
    let pointer = address.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    callback(name, pointer, argument);
}

/// # Safety
///
/// `name` ends with a zero and stays; `address` can be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_gethostbyname(
    connection: *mut Espconn,
    name: *const c_char,
    address: *mut [u8; 4],
    callback: Found,
) -> c_int {
    station::check_alignment(address as usize);
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(name) }.to_bytes();
    if let Some(known) = dotted(text) {
        // SAFETY: the caller's promise.
        unsafe { *address = known };
        return OK;
    }
    ASKED.set(Some(Question { callback, name, argument: connection.cast() }));
    send(&FromNode::Resolve(text));
    RESOLVING
}

fn dotted(text: &[u8]) -> Option<[u8; 4]> {
    let mut address = [0; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for part in &mut address {
        *part = core::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    }
    parts.next().is_none().then_some(address)
}
