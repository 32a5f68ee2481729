//! `decision`: the first rule that holds decides what is published on a topic.

use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::time::{Duration, Instant};
use crate::topic::TopicId;
use crate::value::Value;
use crate::values::Values;

/// The rules of a decision, as one function: the value that the topic is to have now; `None`: it stays.
pub type Rules = for<'v> fn(&Values<'v>, Instant) -> Option<Value<'v>>;

/// Publishes the value that its rules decide, when it changes.
pub struct Decision {
    /// The topic that it publishes.
    pub topic: TopicId,
    /// The topics that the rules name.
    pub reads: &'static [TopicId],
    /// The function that decides by the rules.
    pub rules: Rules,
    /// How often the rules are asked again without a new message, since `age(…)` grows by itself.
    pub tick: Duration,
}

impl Decision {
    /// Whether the rules are to be asked by time; then they are due again after a tick.
    pub(super) fn is_due(&self, state: &mut RoleState, context: &DriverContext<'_>) -> bool {
        if state.due.is_some_and(|due| context.now < due) {
            return false;
        }
        state.due = Some(context.now.after(self.tick));
        true
    }

    fn decide<'v>(&self, context: &DriverContext<'v>) -> Option<Publication<'v>> {
        let value = (self.rules)(&context.values, context.now)?;
        (context.values.published(self.topic) != Some(value)).then_some(Publication(self.topic, value))
    }
}

impl Driver for Decision {
    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if self.is_due(state, context) { self.decide(context) } else { None }
    }

    fn received<'v>(
        &self,
        topic: TopicId,
        _state: &mut RoleState,
        context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        if self.reads.contains(&topic) { self.decide(context) } else { None }
    }
}
