//! `switch_output`: drives a pin by the messages of a topic.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::pin::{Gpio, Level, Mode};
use crate::topic::TopicId;
use crate::value::Value;

/// Drives a pin by the messages of a topic of labels.
pub struct SwitchOutput {
    /// The topic that it subscribes.
    pub topic: TopicId,
    /// The pin that it drives.
    pub pin: Gpio,
    /// The level that means "on".
    pub active: Level,
    /// Whether it is on before the first message.
    pub at_boot: bool,
    /// For each label of the topic whether it means "on".
    pub on: &'static [bool],
}

impl SwitchOutput {
    fn level(&self, on: bool) -> Level {
        match (self.active, on) {
            (Level::High, true) | (Level::Low, false) => Level::High,
            _ => Level::Low,
        }
    }

    /// Makes the pin an output that is on or off.
    pub(super) fn begin(&self, on: bool, state: &mut RoleState, context: &mut DriverContext<'_>) {
        state.active = Some(on);
        context.board.configure(self.pin, Mode::Output(self.level(on)));
    }

    /// Drives the pin by the last message of the topic; the index of its label.
    pub(super) fn follow(&self, state: &mut RoleState, context: &mut DriverContext<'_>) -> Option<u8> {
        let Some(Value::Label(index)) = context.values.received(self.topic) else { return None };
        let on = *self.on.get(usize::from(index))?;
        if state.active.replace(on) != Some(on) {
            context.board.drive(self.pin, self.level(on));
        }
        Some(index)
    }
}

impl Driver for SwitchOutput {
    fn start(&self, state: &mut RoleState, context: &mut DriverContext<'_>) {
        self.begin(self.at_boot, state, context);
    }

    fn received<'v>(
        &self,
        topic: TopicId,
        state: &mut RoleState,
        context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        if topic == self.topic {
            self.follow(state, context);
        }
        None
    }
}
