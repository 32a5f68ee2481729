//! The brokers of a cluster: how many there are, their addresses and their names.

use anyhow::{Result, bail};
use std::net::{Ipv4Addr, TcpListener};

/// How many there are.
pub(super) const SIZE: usize = 3;

/// The address of a broker.
pub(super) fn address(index: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 0, index as u8 + 1)
}

/// The name of a broker among the others, who find it at the first address all of them.
pub(super) fn name(index: usize) -> String {
    format!("broker{index}@127.0.0.1")
}

/// Names of brokers as Erlang's atoms.
pub(super) fn atoms(indices: &[usize]) -> String {
    indices.iter().map(|index| format!("'{}'", name(*index))).collect::<Vec<_>>().join(", ")
}

/// A port that is free on all addresses of the cluster. It takes seconds until it is used, so it is none of those that the
/// system gives to outgoing connections meanwhile (Linux: from 32768).
pub(super) fn free_port() -> Result<u16> {
    for _ in 0..100 {
        let port = fastrand::u16(20_000..32_000);
        if (0..SIZE).all(|index| TcpListener::bind((address(index), port)).is_ok()) {
            return Ok(port);
        }
    }
    bail!("no free port on the loopback");
}
