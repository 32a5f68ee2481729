//! States that outlive a power cut: what an owner finds at its start, and when it has one written.

use super::driver::DriverContext;
use crate::needs::KEEPS;
use crate::time::Duration;
use crate::topic::{Topic, TopicId};

/// How long after a change it is written, and so how often at most: flash wears out.
pub(super) const KEEP_AFTER: Duration = Duration::seconds(5);

/// The value that a state had before the power went; `None`: this is its first start, or it is not kept.
pub(super) fn kept(keeps: bool, state: TopicId, context: &mut DriverContext<'_>) -> Option<u16> {
    if !(KEEPS && keeps) {
        return None;
    }
    let key = context.values.topics.get(usize::from(state.0)).map(Topic::key)?;
    context.board.kept(key)
}

/// Writes the value that a state has.
pub(super) fn keep(keeps: bool, state: TopicId, value: i32, context: &mut DriverContext<'_>) {
    if KEEPS
        && keeps
        && let Some(key) = context.values.topics.get(usize::from(state.0)).map(Topic::key)
        && let Ok(value) = u16::try_from(value)
    {
        context.board.keep(key, value);
    }
}
