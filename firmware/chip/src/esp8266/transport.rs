//! What carries the node's bytes over its link, where the fleet asks for no TLS: nothing stands between them. `secured.rs` is
//! the other transport.

use crate::identity::Identity;
use fleetwright_node::{Board, Instant, Node};

/// The node itself on its link.
pub(crate) struct Transport;

impl Transport {
    /// A transport without a connection.
    pub(crate) const fn new() -> Self {
        Self
    }

    /// The user and password with which MQTT's CONNECT proves who the node is.
    pub(crate) fn prove(&mut self, identity: Identity<'static>) -> Option<(&'static str, &'static str)> {
        identity.credentials
    }

    /// Lets the link serve the endpoint of this transport.
    pub(crate) fn with_endpoint<'m>(
        &mut self,
        node: &mut Node<'m>,
        _: &mut dyn Board,
        act: impl FnOnce(&mut Node<'m>),
    ) {
        act(node);
    }

    /// Bytes came from the network.
    pub(crate) fn received(&mut self, bytes: &[u8], node: &mut Node<'_>, board: &mut dyn Board, now: Instant) {
        node.received(bytes, now, board);
    }

    /// Moves bytes that wait; when to call again at the latest.
    pub(crate) fn serve(&mut self, _: &mut Node<'_>, _: &mut dyn Board, _: Instant) -> Option<Instant> {
        None
    }
}
