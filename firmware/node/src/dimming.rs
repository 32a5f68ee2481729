//! Whether any role of the program dims a pin.

use core::sync::atomic::{AtomicBool, Ordering};

static ASKED: AtomicBool = AtomicBool::new(false);

/// A role is about to make a pin [`Mode::Dimmed`](crate::Mode::Dimmed).
pub(crate) fn ask() {
    ASKED.store(true, Ordering::Relaxed);
}

/// Whether any role has made a pin [`Mode::Dimmed`](crate::Mode::Dimmed) until now. Where a program calls nothing that
/// does, the compiler sees that this is never true, and leaves out what a platform does only then: of a custom role
/// nobody else could tell.
pub fn is_dimming() -> bool {
    ASKED.load(Ordering::Relaxed)
}
