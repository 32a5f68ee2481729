//! The node's loop: what is due by time.

use super::state::Node;
use crate::board::Board;
use crate::needs::RECEIVES;
use crate::time::{Duration, Instant};

/// The pause in a loop of topics that does not settle.
const SETTLE: Duration = Duration::millis(10);

impl Node<'_> {
    /// Configures the pins and takes the first readings.
    pub fn start(&mut self, now: Instant, board: &mut dyn Board) -> Option<Instant> {
        for index in 0..self.program.roles.len() {
            self.call_role(index, now, board, |role, state, context| {
                role.driver.start(state, context);
                None
            });
        }
        self.poll(now, board)
    }

    /// Does everything that is due; when to call again at the latest. After a pin change call at once.
    pub fn poll(&mut self, now: Instant, board: &mut dyn Board) -> Option<Instant> {
        for index in 0..self.program.roles.len() {
            self.call_role(index, now, board, |role, state, context| role.driver.poll(state, context));
            self.deliver(now, board);
        }
        let mut next = self.states.iter().filter_map(|state| state.due).min();
        if RECEIVES && self.slots.iter().any(|slot| slot.undelivered) {
            next = earlier(next, Some(now.after(SETTLE)));
        }
        if let Some(network) = &self.program.network {
            let (due, gave_up) = self.session.poll(network, now);
            if gave_up {
                board.log(&[b"no answer from the broker"]);
                self.outbox.disconnect();
            }
            next = earlier(next, due);
            self.transmit(network, board);
        }
        next
    }
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        _ => a.or(b),
    }
}
