//! The SDK's timers, by the place in memory that a program gives them. Knows when each is due; calls nobody.
//!
//! A node looks at its inputs with a timer that repeats. Where time is stepped, that is where inputs change only when
//! somebody says so, looking again and again would find nothing and take all of the time there is: then such a timer
//! is due when an input changed, and at no other time.

/// The time that never comes.
const NEVER: u32 = u32::MAX;
/// How many can be armed at a time: a node has one.
const SLOTS: usize = 4;

/// An armed timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Armed {
    /// The address of the program's `ETSTimer`.
    timer: usize,
    /// When it is due, in milliseconds.
    due: u32,
    /// Milliseconds until it is due again; 0: never.
    period: u32,
}

/// All timers that are armed.
#[derive(Clone, Copy, Debug)]
pub struct Timers {
    armed: [Option<Armed>; SLOTS],
    stepped: bool,
}

impl Timers {
    /// No timer is armed.
    pub const fn new() -> Self {
        Self { armed: [None; SLOTS], stepped: false }
    }

    /// From now on timers that repeat wait for [`Timers::hurry`].
    pub fn step(&mut self) {
        self.stepped = true;
    }

    /// An input changed: timers that repeat are due, where they waited for that.
    pub fn hurry(&mut self, now: u32) {
        for armed in self.armed.iter_mut().flatten().filter(|armed| self.stepped && armed.period > 0) {
            armed.due = now;
        }
    }

    /// Arms a timer, which may be armed already; `false`: there is no room.
    pub fn arm(&mut self, timer: usize, due: u32, period: u32) -> bool {
        self.disarm(timer);
        let due = if self.stepped && period > 0 { NEVER } else { due };
        match self.armed.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => {
                *slot = Some(Armed { timer, due, period });
                true
            }
            None => false,
        }
    }

    /// Forgets a timer.
    pub fn disarm(&mut self, timer: usize) {
        for slot in &mut self.armed {
            if slot.is_some_and(|armed| armed.timer == timer) {
                *slot = None;
            }
        }
    }

    /// The timer that is due first, if it is due; one that repeats stays armed.
    pub fn take_due(&mut self, now: u32) -> Option<usize> {
        let armed =
            self.armed.iter().flatten().filter(|armed| armed.due <= now).min_by_key(|armed| armed.due).copied()?;
        self.disarm(armed.timer);
        if armed.period > 0 {
            self.arm(armed.timer, armed.due + armed.period, armed.period);
        }
        Some(armed.timer)
    }

    /// When the next one is due; `None`: none ever is.
    pub fn next(&self) -> Option<u32> {
        self.armed.iter().flatten().map(|armed| armed.due).filter(|due| *due != NEVER).min()
    }

    /// How many are armed.
    pub fn count(&self) -> usize {
        self.armed.iter().flatten().count()
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_is_due_once() {
        let mut timers = Timers::new();
        assert!(timers.arm(7, 100, 0));
        assert_eq!(timers.take_due(99), None);
        assert_eq!(timers.next(), Some(100));
        assert_eq!(timers.take_due(100), Some(7));
        assert_eq!((timers.take_due(1_000), timers.count()), (None, 0));
    }

    #[test]
    fn arming_again_moves_it() {
        let mut timers = Timers::new();
        timers.arm(7, 100, 0);
        timers.arm(7, 200, 0);
        assert_eq!((timers.next(), timers.count()), (Some(200), 1));
    }

    #[test]
    fn one_that_repeats_stays() {
        let mut timers = Timers::new();
        timers.arm(7, 10, 10);
        timers.arm(8, 15, 0);
        assert_eq!((timers.take_due(30), timers.take_due(30), timers.take_due(30)), (Some(7), Some(8), Some(7)));
        assert_eq!(timers.next(), Some(30));
    }

    #[test]
    fn where_time_is_stepped_one_that_repeats_waits_for_a_change() {
        let mut timers = Timers::new();
        timers.step();
        timers.arm(7, 10, 10);
        timers.arm(8, 500, 0);
        assert_eq!((timers.take_due(400), timers.next()), (None, Some(500)));
        timers.hurry(400);
        assert_eq!((timers.take_due(400), timers.take_due(400), timers.next()), (Some(7), None, Some(500)));
    }

    #[test]
    fn there_is_an_end_of_room() {
        let mut timers = Timers::new();
        assert!((0..SLOTS).all(|timer| timers.arm(timer, 1, 0)));
        assert!(!timers.arm(99, 1, 0));
        timers.disarm(0);
        assert!(timers.arm(99, 1, 0));
    }
}
