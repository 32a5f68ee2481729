//! What the future and the platform share: four queues, and how far the handshake is.

use crate::handshake::Handshake;
use crate::queue::Queue;
use crate::records::Records;
use core::cell::{Cell, Ref, RefCell};
use core::future::poll_fn;
use core::task::Poll;
use embedded_io::ErrorKind;
use embedded_io_async::{ErrorType, Read, Write};

/// Bytes from the network, taken in pieces of this size.
const FROM_NETWORK: usize = 128;
/// Plain bytes, each way.
const PLAIN: usize = 128;
/// Encrypted bytes on their way out, in pieces of this size.
const TO_NETWORK: usize = 256;

/// The bytes of one connection that wait, in each direction and on each side of the encryption.
pub struct Buffers {
    pub(crate) from_network: RefCell<Queue<FROM_NETWORK>>,
    pub(crate) to_network: RefCell<Queue<TO_NETWORK>>,
    pub(crate) to_node: RefCell<Queue<PLAIN>>,
    pub(crate) from_node: RefCell<Queue<PLAIN>>,
    pub(crate) handshake: Cell<Handshake>,
    records: Cell<Records>,
}

impl Buffers {
    /// Empty buffers.
    #[expect(clippy::new_without_default, reason = "it is made for statics as well")]
    pub const fn new() -> Self {
        Self {
            from_network: RefCell::new(Queue::new()),
            to_network: RefCell::new(Queue::new()),
            to_node: RefCell::new(Queue::new()),
            from_node: RefCell::new(Queue::new()),
            handshake: Cell::new(Handshake::Keyed),
            records: Cell::new(Records::new()),
        }
    }

    /// The bytes that are to be sent.
    pub fn outgoing(&self) -> Ref<'_, [u8]> {
        Ref::map(self.to_network.borrow(), Queue::waiting)
    }

    /// Whether the handshake is done.
    pub fn is_open(&self) -> bool {
        self.handshake.get() == Handshake::Done
    }

    /// Forgets a connection; nothing of it may reach the next.
    pub(crate) fn reset(&self) {
        self.from_network.borrow_mut().clear();
        self.to_network.borrow_mut().clear();
        self.to_node.borrow_mut().clear();
        self.from_node.borrow_mut().clear();
        self.handshake.set(Handshake::Keyed);
        self.records.set(Records::new());
    }
}

/// The encrypted side of the buffers as a byte stream, as the library wants it.
#[derive(Clone, Copy)]
pub(crate) struct ByteStream<'a>(pub(crate) &'a Buffers);

impl ErrorType for ByteStream<'_> {
    type Error = ErrorKind;
}

impl Read for ByteStream<'_> {
    async fn read(&mut self, to: &mut [u8]) -> Result<usize, ErrorKind> {
        poll_fn(|_| match self.0.from_network.borrow_mut().pop(to) {
            0 if !to.is_empty() => Poll::Pending,
            count => {
                let mut records = self.0.records.get();
                let passed = records.pass(to.get(..count).unwrap_or_default());
                self.0.records.set(records);
                Poll::Ready(passed.map(|()| count))
            }
        })
        .await
    }
}

impl Write for ByteStream<'_> {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        poll_fn(|_| match self.0.to_network.borrow_mut().push(bytes) {
            0 if !bytes.is_empty() => Poll::Pending,
            count => Poll::Ready(Ok(count)),
        })
        .await
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
