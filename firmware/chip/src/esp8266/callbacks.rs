//! What the SDK calls, as C functions; each hands one [`Call`] to the platform.

use super::network::Callbacks;
use super::platform::{Call, act};
use super::sdk;
use core::ffi::{c_char, c_void};

/// The SDK is ready.
pub(crate) extern "C" fn ready() {
    act(Call::Ready);
}

/// A timer expired.
pub(crate) extern "C" fn due(_: *mut c_void) {
    act(Call::Turn);
}

/// The task has an event.
pub(crate) extern "C" fn turn(_: *mut sdk::Event) {
    act(Call::Turn);
}

/// The callbacks of the connection to the broker.
pub(crate) static CALLBACKS: Callbacks = Callbacks {
    found,
    connected,
    received,
    #[cfg(feature = "mdns")]
    datagram,
    sent,
    ended,
    failed,
};

extern "C" fn found(_: *const c_char, address: *const [u8; 4], _: *mut c_void) {
    // SAFETY: null where nothing was found, else an address that lives as long as this call.
    act(Call::Found(unsafe { address.as_ref() }.copied()));
}

extern "C" fn connected(_: *mut c_void) {
    act(Call::Connected);
}

extern "C" fn received(_: *mut c_void, bytes: *mut u8, length: u16) {
    if !bytes.is_null() {
        // SAFETY: the SDK hands over so many bytes, which live as long as this call.
        act(Call::Received(unsafe { core::slice::from_raw_parts(bytes, usize::from(length)) }));
    }
}

/// A datagram came. It is copied nowhere: the SDK frees it after this call.
#[cfg(feature = "mdns")]
extern "C" fn datagram(_: *mut c_void, bytes: *mut u8, length: u16) {
    if !bytes.is_null() {
        // SAFETY: the SDK hands over so many bytes, which live as long as this call.
        act(Call::Datagram(unsafe { core::slice::from_raw_parts(bytes, usize::from(length)) }));
    }
}

extern "C" fn sent(_: *mut c_void) {
    act(Call::Sent);
}

extern "C" fn ended(_: *mut c_void) {
    act(Call::Ended);
}

extern "C" fn failed(_: *mut c_void, _: i8) {
    act(Call::Ended);
}
