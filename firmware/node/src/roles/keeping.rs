//! States that outlive a power cut: what an owner finds at its start, and when it has one written.

use super::driver::DriverContext;
use crate::time::Duration;
use crate::topic::TopicId;

/// How long after a change it is written, and so how often at most: flash wears out.
pub(super) const KEEP_AFTER: Duration = Duration::seconds(5);

/// The value that a state had before the power went; `None`: this is its first start, or it is not kept.
#[cfg(feature = "keeps")]
pub(super) fn kept(keeps: bool, state: TopicId, context: &mut DriverContext<'_>) -> Option<u16> {
    let key = context.values.topics.get(usize::from(state.0)).filter(|_| keeps)?.key();
    context.board.kept(key)
}

/// Writes the value that a state has.
#[cfg(feature = "keeps")]
pub(super) fn keep(keeps: bool, state: TopicId, value: i32, context: &mut DriverContext<'_>) {
    let topic = context.values.topics.get(usize::from(state.0)).filter(|_| keeps);
    if let (Some(topic), Ok(value)) = (topic, u16::try_from(value)) {
        context.board.keep(topic.key(), value);
    }
}

/// A program that keeps nothing has no code for it.
#[cfg(not(feature = "keeps"))]
pub(super) fn kept(_: bool, _: TopicId, _: &mut DriverContext<'_>) -> Option<u16> {
    None
}

/// As [`kept`].
#[cfg(not(feature = "keeps"))]
pub(super) fn keep(_: bool, _: TopicId, _: i32, _: &mut DriverContext<'_>) {}
