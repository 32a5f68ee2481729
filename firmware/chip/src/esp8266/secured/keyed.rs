//! A key that node and broker share: it proves each to the other.

use crate::identity::Identity;
use core::cell::UnsafeCell;
use core::future::Future;
use fleetwright_tls::{Buffers, Ended, Generator, Key, RECEIVE, SEND, key, run};

/// The key as bytes; the identity has it as digits.
struct KeyMemory(UnsafeCell<[u8; key::LONGEST]>);

// SAFETY: the SDK has one thread, and nothing here is touched from an interrupt.
unsafe impl Sync for KeyMemory {}

static KEY: KeyMemory = KeyMemory(UnsafeCell::new([0; key::LONGEST]));

/// Who the node is, and its key.
#[derive(Clone, Copy)]
pub(super) struct Proof(Key<'static>);

impl Proof {
    /// Whether it proves the node to the broker, so that CONNECT carries no password.
    pub(super) const SUFFICES: bool = true;

    /// From an identity; `None`: it has no key.
    pub(super) fn new(own: Identity<'static>) -> Option<Self> {
        let (identity, digits) = own.credentials?;
        let (bytes, length) = key::from_hex(digits)?;
        // SAFETY: written once, before anybody reads it.
        let memory = unsafe {
            *KEY.0.get() = bytes;
            &*KEY.0.get()
        };
        Some(Self(Key { identity, secret: memory.get(..length)? }))
    }

    /// A secret of the node, for random numbers.
    pub(super) fn secret(self) -> &'static [u8] {
        self.0.secret
    }

    /// The future of one connection.
    pub(super) fn run(
        self,
        buffers: &'static Buffers,
        random: Generator,
        receive: &'static mut [u8; RECEIVE],
        send: &'static mut [u8; SEND],
    ) -> impl Future<Output = Ended> + 'static {
        run(buffers, self.0, random, receive, send)
    }
}
