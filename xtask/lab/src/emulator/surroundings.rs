//! What is around an emulated node, beside its inputs.

use fleetwright_host::GROUP;
use std::net::SocketAddr;

/// What is around an emulated node, beside its inputs.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// Where queries to the group of multicast DNS go: by default to the group itself.
    pub responders: SocketAddr,
    /// How long after the end of a connection the SDK reports it, in milliseconds; by default at once.
    pub end_delay_ms: u32,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self { responders: GROUP, end_delay_ms: 0 }
    }
}
