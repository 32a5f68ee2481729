//! How far the handshake is of the connection that is polled right now, on the chip, which has one thread. The cipher must
//! know and has no argument for it: the library makes a new cipher for each record. `current_std.rs` is for other machines.

use crate::handshake::Handshake;
use core::sync::atomic::{AtomicU8, Ordering};

static CURRENT: AtomicU8 = AtomicU8::new(Handshake::Keyed as u8);

/// Tells that a connection is polled next, whose handshake is so far.
pub(crate) fn set(handshake: Handshake) {
    CURRENT.store(handshake as u8, Ordering::Relaxed);
}

/// How far the handshake is of the connection that is polled.
pub(crate) fn get() -> Handshake {
    [Handshake::Keyed, Handshake::Pinned, Handshake::Done]
        .into_iter()
        .find(|handshake| *handshake as u8 == CURRENT.load(Ordering::Relaxed))
        .unwrap_or(Handshake::Keyed)
}
