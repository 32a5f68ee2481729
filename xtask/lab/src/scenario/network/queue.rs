//! Packets on their way in one direction, and when each arrives.

use std::collections::VecDeque;

/// TCP's first wait before it sends again what was lost, in milliseconds; it doubles with each loss.
const RETRANSMISSION: u64 = 200;
/// A packet that was lost so many times in a row gets through.
const MOST_LOSSES: u32 = 8;

/// How long packets take, and how many are lost.
#[derive(Clone, Copy, Default)]
pub(in crate::scenario) struct Conditions {
    /// Milliseconds of virtual time from one end to the other.
    pub(in crate::scenario) delay: u64,
    /// Percent of packets that are lost.
    pub(in crate::scenario) lose: u8,
}

/// The packets of one direction, in order.
pub(super) struct Queue {
    /// When it arrives, and the packet.
    packets: VecDeque<(u64, Vec<u8>)>,
    /// Decides which packets are lost.
    random: fastrand::Rng,
}

impl Queue {
    pub(super) fn new(random: fastrand::Rng) -> Self {
        Self { packets: VecDeque::new(), random }
    }

    /// An empty queue that continues the same random numbers.
    pub(super) fn renewed(&self) -> Self {
        Self::new(self.random.clone())
    }

    /// Sends a packet now.
    pub(super) fn push(&mut self, packet: Vec<u8>, now: u64, conditions: Conditions) {
        let due = self.arrival(now, conditions);
        self.packets.push_back((due, packet));
    }

    /// When a packet arrives that is sent now. What is lost is sent again after a while, as TCP does it, and everything
    /// behind it waits.
    fn arrival(&mut self, now: u64, conditions: Conditions) -> u64 {
        let mut due = now + conditions.delay;
        for attempt in 0..MOST_LOSSES {
            if self.random.u8(0..100) >= conditions.lose {
                break;
            }
            due += RETRANSMISSION << attempt;
        }
        self.packets.back().map_or(due, |(last, _)| due.max(*last))
    }

    /// Takes the packets that arrive by now.
    pub(super) fn take_due(&mut self, now: u64) -> Vec<Vec<u8>> {
        let count = self.packets.iter().take_while(|(due, _)| *due <= now).count();
        self.packets.drain(..count).map(|(_, packet)| packet).collect()
    }

    /// When the next packet arrives; `None`: none is on its way.
    pub(super) fn due(&self) -> Option<u64> {
        self.packets.front().map(|(due, _)| *due)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Loses all packets that are on their way.
    pub(super) fn clear(&mut self) {
        self.packets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue() -> Queue {
        Queue::new(fastrand::Rng::with_seed(1))
    }

    #[test]
    fn what_is_lost_comes_later_and_nothing_overtakes_it() {
        let mut queue = queue();
        for _ in 0..100 {
            queue.push(Vec::new(), 0, Conditions { delay: 10, lose: 50 });
        }
        let dues: Vec<u64> = queue.packets.iter().map(|(due, _)| *due).collect();
        assert!(dues.is_sorted());
        assert_eq!(dues.first().map(|due| due % 200), Some(10));
        assert!(dues.last().is_some_and(|due| *due > 200));
        assert_eq!(self::queue().arrival(5, Conditions::default()), 5);
    }
}
