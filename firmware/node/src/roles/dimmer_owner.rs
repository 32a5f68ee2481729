//! `dimmer_output` that owns a state: drives a pin for a part of the time by requests, and publishes what it dims to.

use super::dimmer_output::DimmerOutput;
use super::driver::{Driver, DriverContext, Publication, RoleState};
use super::keeping::{KEEP_AFTER, keep, kept};
use crate::topic::TopicId;
use crate::value::Value;

/// Dims a pin by requests, and publishes the brightness that it goes to: once at the start, and after every request, also one
/// that changes nothing.
pub struct DimmerOwner {
    /// The state that it publishes: 0 to 100 %.
    pub state: TopicId,
    /// The brightness at boot, in percent.
    pub at_boot: u8,
    /// Whether it is after a power cut what it was before, and only at its very first start what `at_boot` says.
    pub keeps: bool,
    /// How it drives its pin; the topic is that of the requests.
    pub output: DimmerOutput,
}

impl DimmerOwner {
    /// The brightness that it goes to.
    fn say<'v>(&self, state: &RoleState) -> Option<Publication<'v>> {
        Some(Publication(self.state, Value::Number(state.sent? / 10)))
    }

    /// Has the brightness written a while after it was reached.
    fn keep_soon(&self, state: &mut RoleState, context: &DriverContext<'_>) {
        let fades = state.pin.is_some();
        if self.keeps && !fades && state.due.is_none() {
            state.due = Some(context.now.after(KEEP_AFTER));
        }
    }
}

impl Driver for DimmerOwner {
    fn start(&self, state: &mut RoleState, context: &mut DriverContext<'_>) {
        self.output.start(state, context);
        let percent = kept(self.keeps, self.state, context).unwrap_or(self.at_boot.into());
        self.output.begin(percent.into(), state, context);
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if state.due.is_none_or(|due| context.now < due) {
            return None;
        }
        // A request of a role that is polled before this one may have begun a fade before the state was said at all.
        let (fades, first) = (state.pin.is_some(), state.active.replace(true).is_none());
        if fades {
            self.output.poll(state, context);
        } else {
            state.due = None;
        }
        match state.sent {
            Some(target) if !fades && !first => keep(self.keeps, self.state, target / 10, context),
            _ => self.keep_soon(state, context),
        }
        if first { self.say(state) } else { None }
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
        self.output.received(topic, state, context);
        self.keep_soon(state, context);
        self.say(state)
    }
}
