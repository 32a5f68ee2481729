//! How far the handshake is of the connection that is polled right now, where there are threads. A poll runs on one thread,
//! from beginning to end. The cipher must know and has no argument for it: the library makes a new cipher for each record.

extern crate std;

use crate::handshake::Handshake;
use core::cell::Cell;

std::thread_local! {
    static CURRENT: Cell<Handshake> = const { Cell::new(Handshake::Keyed) };
}

/// Tells that a connection is polled next on this thread, whose handshake is so far.
pub(crate) fn set(handshake: Handshake) {
    CURRENT.set(handshake);
}

/// How far the handshake is of the connection that is polled on this thread.
pub(crate) fn get() -> Handshake {
    CURRENT.get()
}
