//! `switch_output` that owns a state: drives a pin by requests, and publishes what the pin then is.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use super::switch_output::SwitchOutput;
use crate::topic::TopicId;
use crate::value::Value;

/// Drives a pin by requests, and publishes its state: once at the start, and after every request, also one that changes
/// nothing.
pub struct SwitchOwner {
    /// The state that it publishes; labels as those of the requests.
    pub state: TopicId,
    /// How it drives its pin; the topic is that of the requests.
    pub output: SwitchOutput,
}

impl SwitchOwner {
    /// The state that the pin has, as far as its label is known.
    fn say<'v>(&self, state: &RoleState) -> Option<Publication<'v>> {
        let label = state.sent.and_then(|label| u8::try_from(label).ok())?;
        Some(Publication(self.state, Value::Label(label)))
    }
}

impl Driver for SwitchOwner {
    fn start(&self, state: &mut RoleState, context: &mut DriverContext<'_>) {
        self.output.start(state, context);
        let label = self.output.on.iter().position(|on| *on == self.output.at_boot);
        state.sent = label.and_then(|label| i32::try_from(label).ok());
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if state.due.is_none_or(|due| context.now < due) {
            return None;
        }
        state.due = None;
        self.say(state)
    }

    fn received<'v>(
        &self,
        topic: TopicId,
        state: &mut RoleState,
        context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        if topic != self.output.topic {
            return None;
        }
        state.sent = Some(self.output.follow(state, context)?.into());
        self.say(state)
    }
}
