//! Between the node and its link: nothing, or TLS where the fleet says so.

#[cfg(not(feature = "tls"))]
use crate::identity::Identity;
#[cfg(feature = "tls")]
pub(crate) use crate::secured::Line;
#[cfg(not(feature = "tls"))]
use fleetwright_node::{Board, Instant, Node};

/// Plain: the node itself talks.
#[cfg(not(feature = "tls"))]
pub(crate) struct Line;

#[cfg(not(feature = "tls"))]
impl Line {
    /// Nothing.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// What the node says of who it is.
    pub(crate) fn prove(&mut self, identity: Identity<'static>) -> Option<(&'static str, &'static str)> {
        identity.credentials
    }

    /// Lets the link deal with whoever talks over it.
    pub(crate) fn over<'m>(&mut self, node: &mut Node<'m>, _: &mut dyn Board, act: impl FnOnce(&mut Node<'m>)) {
        act(node);
    }

    /// Bytes came from the network.
    pub(crate) fn received(&mut self, bytes: &[u8], node: &mut Node<'_>, board: &mut dyn Board, now: Instant) {
        node.received(bytes, now, board);
    }

    /// When to look again.
    pub(crate) fn serve(&mut self, _: &mut Node<'_>, _: &mut dyn Board, _: Instant) -> Option<Instant> {
        None
    }
}
