//! The trait that a custom role implements.

use super::context::Context;
use crate::time::Duration;

/// A role in Rust of the fleet's owner. All calls come one after the other.
pub trait Custom {
    /// The node starts: the place to set up pins and buses.
    fn start(&mut self, _context: &mut Context<'_>) {}

    /// A topic that the role subscribes to has a new message.
    fn received(&mut self, _context: &mut Context<'_>) {}

    /// Called after the start, and then whenever as much time has passed as it answered last; `None`: never again.
    fn poll(&mut self, _context: &mut Context<'_>) -> Option<Duration> {
        None
    }
}
