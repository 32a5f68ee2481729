//! `dimmer_output` that owns a state: drives a pin for a part of the time by requests, and publishes what it dims to.

use super::dimmer_output::DimmerOutput;
use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::topic::TopicId;
use crate::value::Value;

/// Dims a pin by requests, and publishes the brightness that it goes to: once at the start, and after every request, also one
/// that changes nothing.
pub struct DimmerOwner {
    /// The state that it publishes: 0 to 100 %.
    pub state: TopicId,
    /// The brightness at boot, in percent.
    pub at_boot: u8,
    /// How it drives its pin; the topic is that of the requests.
    pub output: DimmerOutput,
}

impl DimmerOwner {
    /// The brightness that it goes to.
    fn say<'v>(&self, state: &mut RoleState) -> Option<Publication<'v>> {
        state.active = Some(true);
        Some(Publication(self.state, Value::Number(state.sent? / 10)))
    }
}

impl Driver for DimmerOwner {
    fn start(&self, state: &mut RoleState, context: &mut DriverContext<'_>) {
        self.output.start(state, context);
        self.output.begin(i32::from(self.at_boot), state, context);
        state.due = Some(context.now);
    }

    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        // Steps of a fade are all that it does by itself once its state was said.
        let said = state.active.is_some();
        self.output.poll(state, context);
        if said { None } else { self.say(state) }
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
        self.say(state)
    }
}
