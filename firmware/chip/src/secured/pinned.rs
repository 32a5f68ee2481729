//! The broker's public key, which the node knows: it proves the broker. The node says user and password afterwards.

use super::STATICS;
use crate::identity::Identity;
use core::future::Future;
use fleetwright_tls::{Ended, Generator, PublicKey, RECEIVE, SEND, run_pinned};

/// How the broker is known.
#[derive(Clone, Copy)]
pub(super) struct Proof {
    pin: &'static PublicKey,
    password: &'static str,
}

impl Proof {
    /// Whether the broker knows by it who the node is, so that nothing has to be said.
    pub(super) const SUFFICES: bool = false;

    /// From an identity; `None`: it does not know the broker.
    pub(super) fn new(own: Identity<'static>) -> Option<Self> {
        let (_, password) = own.credentials?;
        Some(Self { pin: own.pin?, password })
    }

    /// What nobody else knows.
    pub(super) fn secret(self) -> &'static [u8] {
        self.password.as_bytes()
    }

    /// A connection.
    pub(super) fn run(
        self,
        random: Generator,
        receive: &'static mut [u8; RECEIVE],
        send: &'static mut [u8; SEND],
    ) -> impl Future<Output = Ended> + 'static {
        run_pinned(&STATICS.wires, self.pin, random, receive, send)
    }
}
