//! When the query of a look-up is sent.

/// How long a look-up lasts, in milliseconds.
pub const LIMIT_MS: u32 = 20_000;

/// When the query is sent, in milliseconds since the look-up began: a second after the first time, then twice as long
/// after each, since both the query and the answer may be lost (RFC 6762, section 5.2).
const TIMES_MS: [u32; 5] = [0, 1_000, 3_000, 7_000, 15_000];

/// The queries of one look-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    sent: usize,
}

impl Schedule {
    /// A look-up that begins.
    pub const fn new() -> Self {
        Self { sent: 0 }
    }

    /// When the next query is due, in milliseconds since the look-up began; `None`: there is none left.
    pub fn due_ms(&self) -> Option<u32> {
        TIMES_MS.get(self.sent).copied()
    }

    /// Whether a query is to be sent, so long after the beginning. Then it counts as sent; of several that are overdue,
    /// one is enough.
    pub fn take(&mut self, elapsed_ms: u32) -> bool {
        let before = self.sent;
        while self.due_ms().is_some_and(|due| due <= elapsed_ms) {
            self.sent += 1;
        }
        self.sent > before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    #[test]
    fn intervals_double() {
        let mut schedule = Schedule::new();
        let sent: Vec<u32> = (0..LIMIT_MS).filter(|elapsed| schedule.take(*elapsed)).collect();
        assert_eq!(sent, TIMES_MS);
        assert_eq!(schedule.due_ms(), None);
        assert!(!schedule.take(LIMIT_MS));
    }

    #[test]
    fn queries_that_are_overdue_are_sent_once() {
        let mut schedule = Schedule::new();
        assert_eq!(schedule.due_ms(), Some(0));
        assert!(schedule.take(4_000));
        assert!(!schedule.take(4_000));
        assert_eq!(schedule.due_ms(), Some(7_000));
    }
}
