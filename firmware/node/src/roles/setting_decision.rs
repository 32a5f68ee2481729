//! `decision` that sets a state: asks its owner for what the rules decide, when that changes.

use super::decision::Decision;
use super::driver::{Driver, DriverContext, Publication, RoleState};
use crate::topic::TopicId;
use crate::value::Value;

/// Requests the state that its rules decide: once after the start, and whenever they decide something else than before. What
/// others request, and what the state is, changes nothing about that.
pub struct SettingDecision {
    /// The rules; the topic is that of the requests.
    pub decision: Decision,
}

impl SettingDecision {
    fn decide<'v>(&self, state: &mut RoleState, context: &DriverContext<'v>) -> Option<Publication<'v>> {
        let value = (self.decision.rules)(&context.values, context.now);
        let decided = match value {
            Some(Value::Number(figure)) => Some(figure),
            Some(Value::Label(label)) => Some(label.into()),
            // A text can't be set; without a rule that holds nothing is asked, and the next decision is a new one.
            Some(Value::Text(_)) | None => None,
        };
        if state.sent == decided {
            return None;
        }
        state.sent = decided;
        value.filter(|_| decided.is_some()).map(|value| Publication(self.decision.topic, value))
    }
}

impl Driver for SettingDecision {
    fn poll<'v>(&self, state: &mut RoleState, context: &mut DriverContext<'v>) -> Option<Publication<'v>> {
        if self.decision.is_due(state, context) { self.decide(state, context) } else { None }
    }

    fn received<'v>(
        &self,
        topic: TopicId,
        state: &mut RoleState,
        context: &mut DriverContext<'v>,
    ) -> Option<Publication<'v>> {
        if self.decision.reads.contains(&topic) { self.decide(state, context) } else { None }
    }
}
