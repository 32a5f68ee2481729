//! The platform's side: bytes in, bytes out, and the future polled whenever something changed.

use crate::buffers::Buffers;
use crate::current;
use crate::run::Ended;
use core::future::Future;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

/// One connection. `B` points to the buffers that the future uses too, `F` to the future.
pub struct Client<B, F> {
    buffers: B,
    future: Pin<F>,
    ended: Option<Ended>,
}

impl<B, F> Client<B, F>
where
    B: Deref<Target = Buffers>,
    F: core::ops::DerefMut,
    F::Target: Future<Output = Ended>,
{
    /// Begins a connection; `future` is [`run`](crate::run()) over the same buffers, not polled yet.
    pub fn start(buffers: B, future: Pin<F>) -> Self {
        buffers.reset();
        let mut client = Self { buffers, future, ended: None };
        client.poll();
        client
    }

    /// Whether both sides have shown that they know the key.
    pub fn is_open(&self) -> bool {
        self.buffers.is_open() && self.ended.is_none()
    }

    /// Whether the connection is over, and why.
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Takes a piece of what came from the network; how many bytes. 0: call [`Client::hear`] first, for what waits for the node.
    pub fn received(&mut self, bytes: &[u8]) -> usize {
        let count = self.buffers.from_network.borrow_mut().push(bytes);
        self.poll();
        count
    }

    /// Moves plain bytes for the node out; how many. Only what was decrypted and proven whole.
    pub fn read(&mut self, to: &mut [u8]) -> usize {
        let count = self.buffers.to_node.borrow_mut().pop(to);
        if count > 0 {
            self.poll();
        }
        count
    }

    /// Takes plain bytes of the node; how many. None before the handshake is done.
    pub fn write(&mut self, bytes: &[u8]) -> usize {
        if !self.is_open() {
            return 0;
        }
        let count = self.buffers.from_node.borrow_mut().push(bytes);
        self.poll();
        count
    }

    /// Shows the bytes that are to be sent to `take`, which answers how many it sent.
    pub fn send(&mut self, take: impl FnOnce(&[u8]) -> usize) {
        let count = take(self.buffers.to_network.borrow().waiting());
        if count > 0 {
            self.buffers.to_network.borrow_mut().consume(count);
            self.poll();
        }
    }

    /// Whether anything waits to be sent.
    pub fn has_to_send(&self) -> bool {
        !self.buffers.to_network.borrow().is_empty()
    }

    fn poll(&mut self) {
        if self.ended.is_some() {
            return;
        }
        current::set(self.buffers.handshake.get());
        // There is no task to wake: every change of the buffers comes from here.
        if let Poll::Ready(ended) = self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            self.ended = Some(ended);
        }
    }
}
