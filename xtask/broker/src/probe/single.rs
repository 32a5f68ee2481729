//! A probe that is alone: in, and out again.

use super::connection::{Connect, Probe};
use super::pump::{ended, greeted};
use crate::mqtt::Version;
use crate::tls::Endpoint;
use anyhow::Result;

/// Connects one probe; `None`: the broker does not let it in.
pub fn enter(endpoint: Endpoint, version: Version, connect: &Connect<'_>) -> Result<Option<[Probe; 1]>> {
    let mut probe = [Probe::open(endpoint, version, connect)?];
    greeted(&mut probe)?;
    Ok(Some(probe).filter(|[probe]| probe.greeting == Some(0)))
}

/// Disconnects one probe, and waits until the broker has ended the connection.
pub fn leave(mut probe: [Probe; 1]) {
    probe[0].leave();
    // What can't be sent any more was not wanted.
    let _ = ended(&mut probe);
}
