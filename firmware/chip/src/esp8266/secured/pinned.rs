//! The broker's public key, which the node knows: it proves the broker. The node sends user and password afterwards.

use crate::identity::Identity;
use core::future::Future;
use fleetwright_tls::{Buffers, Ended, Generator, PublicKey, RECEIVE, SEND, run_pinned};

/// How the broker is known.
#[derive(Clone, Copy)]
pub(super) struct Proof {
    pin: &'static PublicKey,
    password: &'static str,
}

impl Proof {
    /// Whether it proves the node to the broker, so that CONNECT carries no password.
    pub(super) const SUFFICES: bool = false;

    /// From an identity; `None`: it does not know the broker.
    pub(super) fn new(own: Identity<'static>) -> Option<Self> {
        let (_, password) = own.credentials?;
        Some(Self { pin: own.pin?, password })
    }

    /// A secret of the node, for random numbers.
    pub(super) fn secret(self) -> &'static [u8] {
        self.password.as_bytes()
    }

    /// The future of one connection.
    pub(super) fn run(
        self,
        buffers: &'static Buffers,
        random: Generator,
        receive: &'static mut [u8; RECEIVE],
        send: &'static mut [u8; SEND],
    ) -> impl Future<Output = Ended> + 'static {
        run_pinned(buffers, self.pin, random, receive, send)
    }
}
