//! The trait that a custom role implements.

use super::turn::Turn;
use crate::time::Duration;

/// A role in Rust of the fleet's owner. All calls come one after the other.
pub trait Custom {
    /// The node starts: the place to set up pins and buses.
    fn start(&mut self, _turn: &mut Turn<'_>) {}

    /// A message came on one of the topics that it subscribes.
    fn heard(&mut self, _turn: &mut Turn<'_>) {}

    /// Called after the start, and then whenever as much time has passed as it answered last; `None`: never again.
    fn poll(&mut self, _turn: &mut Turn<'_>) -> Option<Duration> {
        None
    }
}
