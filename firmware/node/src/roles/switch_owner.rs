//! `switch_output` that owns a state: drives a pin by requests, and publishes what the pin then is.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use super::keeping::{KEEP_AFTER, keep, kept};
use super::switch_output::SwitchOutput;
use crate::topic::TopicId;
use crate::value::Value;

/// Drives a pin by requests, and publishes its state: once at the start, and after every request, also one that changes
/// nothing.
pub struct SwitchOwner {
    /// The state that it publishes; labels as those of the requests.
    pub state: TopicId,
    /// Whether it is after a power cut what it was before, and only at its very first start what `output` says.
    pub keeps: bool,
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
        let means = |label: &u16| self.output.on.get(usize::from(*label)).copied();
        let kept = kept(self.keeps, self.state, context).filter(|label| means(label).is_some());
        let boot = self.output.on.iter().position(|on| *on == self.output.at_boot);
        let label = kept.or(boot.and_then(|label| u16::try_from(label).ok()));
        self.output.begin(label.as_ref().and_then(means).unwrap_or(self.output.at_boot), state, context);
        state.sent = label.map(i32::from);
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if state.due.is_none_or(|due| context.now < due) {
            return None;
        }
        if state.pin.is_none() {
            state.pin = Some((self.output.active, context.now));
            state.due = self.keeps.then(|| context.now.after(KEEP_AFTER));
            return self.say(state);
        }
        state.due = None;
        if let Some(label) = state.sent {
            keep(self.keeps, self.state, label, context);
        }
        None
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
        let label = self.output.follow(state, context)?.into();
        if state.sent.replace(label) != Some(label) && self.keeps && state.due.is_none() {
            state.due = Some(context.now.after(KEEP_AFTER));
        }
        self.say(state)
    }
}
