//! `push_button`: publishes when a button is pressed.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::pin::{Gpio, Level, Mode, Pull};
use crate::time::Duration;
use crate::topic::TopicId;
use crate::value::{Payload, Value};

/// Publishes when a button is pressed.
pub struct PushButton {
    /// The topic that it publishes.
    pub topic: TopicId,
    /// The pin that it reads.
    pub pin: Gpio,
    /// The chip's own resistor.
    pub pull: Pull,
    /// The level while the button is pressed.
    pub pressed: Level,
    /// A change counts once the pin kept its level for this long.
    pub debounce: Duration,
    /// What it publishes.
    pub sends: Sends,
}

/// What a push button publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// With each press the next label of the topic, beginning with the first; of a bit, beginning with 1, since a bit
    /// that nobody set yet is taken for 0.
    Press,
    /// With each press a request for the label after the one that a state has; while the state is not known, for the second.
    After {
        /// The state that the topic's requests are for.
        state: TopicId,
    },
    /// One label while released, another while pressed.
    Level {
        /// The label while released.
        released: u8,
        /// The label while pressed.
        pressed: u8,
    },
}

impl PushButton {
    /// The next label of the topic, or the one after the state's.
    fn next(&self, state: &mut RoleState, context: &DriverContext<'_>) -> u8 {
        let payload = context.values.topics.get(usize::from(self.topic.0)).map(|topic| topic.payload);
        let Some(Payload::Labels(labels)) = payload else { return 0 };
        let count = labels.len().clamp(1, 255) as u8;
        if let Sends::After { state } = self.sends {
            let now = match context.values.received(state) {
                Some(Value::Label(label)) => label,
                _ => 0,
            };
            return (now + 1) % count;
        }
        let first = u8::from(payload == Some(Payload::BIT));
        let label = (state.presses + first) % count;
        state.presses = (state.presses + 1) % count;
        label
    }
}

impl Driver for PushButton {
    fn start(&self, _state: &mut RoleState, context: &mut DriverContext<'_>) {
        context.board.configure(self.pin, Mode::Input(self.pull));
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        let first = state.pin.is_none();
        let (level, since) = state.sample(context.board.read(self.pin), context.now);
        let pressed = level == self.pressed;
        state.due = None;
        if state.active == Some(pressed) {
            return None;
        }
        // What the pin carries at the start is taken as it is: nothing bounced yet.
        if !first && context.now.since(since) < self.debounce {
            state.due = Some(since.after(self.debounce));
            return None;
        }
        let known = state.active.replace(pressed).is_some();
        match self.sends {
            Sends::Press | Sends::After { .. } if pressed && known => {
                Some(Publication(self.topic, Value::Label(self.next(state, context))))
            }
            Sends::Press | Sends::After { .. } => None,
            Sends::Level { released, pressed: down } => {
                Some(Publication(self.topic, Value::Label(if pressed { down } else { released })))
            }
        }
    }
}
