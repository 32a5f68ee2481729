//! Time on the chip: the SDK counts microseconds in 32 bits, which start again after 71 minutes.

use fleetwright_node::Instant;

/// Milliseconds since the node started. Must be asked at least once in 71 minutes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clock {
    last: u32,
    millis: u64,
    /// Microseconds that are not a millisecond yet.
    rest: u32,
}

impl Clock {
    /// A clock that starts where the SDK's counter stands.
    pub const fn at(micros: u32) -> Self {
        Self { last: micros, millis: 0, rest: 0 }
    }

    /// The time, by the SDK's counter.
    pub fn now(&mut self, micros: u32) -> Instant {
        let passed = micros.wrapping_sub(self.last);
        self.last = micros;
        // In two steps, since their sum may not fit; the chip divides 32 bits far faster than 64.
        let rest = self.rest + passed % 1_000;
        self.millis += u64::from(passed / 1_000 + rest / 1_000);
        self.rest = rest % 1_000;
        Instant::from_millis(self.millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_at_zero() {
        assert_eq!(Clock::at(123_456).now(123_456).as_millis(), 0);
    }

    #[test]
    fn nothing_is_lost_between_milliseconds() {
        let mut clock = Clock::at(0);
        for step in 1..=1_000 {
            clock.now(step * 999);
        }
        assert_eq!(clock.now(999_000).as_millis(), 999);
    }

    #[test]
    fn the_counter_may_start_again() {
        let mut clock = Clock::at(u32::MAX - 499);
        assert_eq!(clock.now(500).as_millis(), 1);
        let mut clock = Clock::at(7);
        for _ in 0..3 {
            clock.now(0);
            clock.now(7);
        }
        // Three turns of 2^32 microseconds.
        assert_eq!(clock.now(7).as_millis(), 3 * (1_u64 << 32) / 1_000);
    }

    #[test]
    fn the_longest_pause_fits() {
        assert_eq!(Clock { last: 0, millis: 0, rest: 999 }.now(u32::MAX).as_millis(), 4_294_968);
    }
}
