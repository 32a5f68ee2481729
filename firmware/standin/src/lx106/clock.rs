//! The time since the start, and the timers that are armed. Calls nobody.

use super::single::Single;
use crate::timers::Timers;
use core::cell::Cell;

/// Milliseconds since the node started.
static NOW: Single<Cell<u32>> = Single(Cell::new(0));
static TIMERS: Single<Cell<Timers>> = Single(Cell::new(Timers::new()));

/// Milliseconds since the node started.
pub(super) fn now() -> u32 {
    NOW.get()
}

/// It is so late; time never goes back.
pub(super) fn set(now: u32) {
    NOW.set(now.max(NOW.get()));
}

/// Changes the timers.
pub(super) fn with_timers<T>(change: impl FnOnce(&mut Timers) -> T) -> T {
    let mut timers = TIMERS.get();
    let result = change(&mut timers);
    TIMERS.set(timers);
    result
}
