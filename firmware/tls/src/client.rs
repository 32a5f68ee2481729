//! The platform's side: bytes in, bytes out, and the future polled whenever something changed.

use crate::phase;
use crate::run::Ended;
use crate::wires::Wires;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

/// One connection. `W` leads to the wires that the future has too, `F` to the future.
pub struct Client<W, F> {
    wires: W,
    future: Pin<F>,
    ended: Option<Ended>,
}

impl<W, F> Client<W, F>
where
    W: Deref<Target = Wires>,
    F: core::ops::DerefMut,
    F::Target: Future<Output = Ended>,
{
    /// Begins a connection; `future` is [`run`](crate::run()) over the same wires, not polled yet.
    pub fn start(wires: W, future: Pin<F>) -> Self {
        wires.reset();
        let mut client = Self { wires, future, ended: None };
        client.poll();
        client
    }

    /// Whether both sides have shown that they know the key.
    pub fn is_open(&self) -> bool {
        self.wires.is_open() && self.ended.is_none()
    }

    /// Whether the connection is over, and why.
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Takes a piece of what came from the network; how many bytes. 0: `hear` what waits for the node first.
    pub fn received(&mut self, bytes: &[u8]) -> usize {
        let count = self.wires.from_network.borrow_mut().push(bytes);
        self.poll();
        count
    }

    /// Moves plain bytes for the node out; how many. Only what was decrypted and proven whole.
    pub fn hear(&mut self, to: &mut [u8]) -> usize {
        let count = self.wires.to_node.borrow_mut().pop(to);
        if count > 0 {
            self.poll();
        }
        count
    }

    /// Takes plain bytes of the node; how many. None before the handshake is done.
    pub fn say(&mut self, bytes: &[u8]) -> usize {
        if !self.is_open() {
            return 0;
        }
        let count = self.wires.from_node.borrow_mut().push(bytes);
        self.poll();
        count
    }

    /// Lets the network's side see the bytes that are to be sent; it says how many it took.
    pub fn send(&mut self, take: impl FnOnce(&[u8]) -> usize) {
        let count = take(self.wires.to_network.borrow().waiting());
        if count > 0 {
            self.wires.to_network.borrow_mut().consume(count);
            self.poll();
        }
    }

    /// Whether anything waits to be sent.
    pub fn has_to_send(&self) -> bool {
        !self.wires.to_network.borrow().is_empty()
    }

    fn poll(&mut self) {
        if self.ended.is_some() {
            return;
        }
        phase::enter(self.wires.phase.get());
        // Nobody needs to be woken: every change of the wires comes from here.
        if let Poll::Ready(ended) = self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            self.ended = Some(ended);
        }
    }
}
