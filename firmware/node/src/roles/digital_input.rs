//! `digital_input`: publishes a pin's state, at the start and whenever it changes.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::pin::{Gpio, Level, Mode, Pull};
use crate::time::Duration;
use crate::topic::TopicId;
use crate::value::Value;

/// Publishes a pin's state.
pub struct DigitalInput {
    /// The topic that it publishes.
    pub topic: TopicId,
    /// The pin that it reads.
    pub pin: Gpio,
    /// The chip's own resistor.
    pub pull: Pull,
    /// The level that means "active".
    pub active: Level,
    /// It stays active for this long after the pin went inactive.
    pub hold: Duration,
    /// The labels for inactive and active.
    pub labels: [u8; 2],
}

impl Driver for DigitalInput {
    fn start(&self, _state: &mut RoleState, context: &mut DriverContext<'_>) {
        context.board.configure(self.pin, Mode::Input(self.pull));
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        let (level, since) = state.sample(context.board.read(self.pin), context.now);
        let active = level == self.active;
        state.due = None;
        if state.active == Some(active) {
            return None;
        }
        if state.active == Some(true) && context.now.since(since) < self.hold {
            state.due = Some(since.after(self.hold));
            return None;
        }
        state.active = Some(active);
        let [inactive_label, active_label] = self.labels;
        Some(Publication(self.topic, Value::Label(if active { active_label } else { inactive_label })))
    }
}
