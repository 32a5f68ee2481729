//! TLS between the node and its link: one connection's client, with buffers that are always there and stacks that are
//! borrowed from the heap.
//!
//! The handshake computes on a curve and takes 7 KB of stack, more than the SDK has. So it runs on a stack of its own,
//! borrowed until the connection is open. A record takes less, but still more than the SDK's stack has to spare beneath
//! its own receive path and an interrupt. So each step of an open connection borrows a stack, too, and gives it back
//! before it returns: kept for the whole session it would cost its 4 KB of RAM all the time. The SDK gets the same
//! block back at once, so the heap does not fall to pieces. Where there is none, the connection ends and the node connects again.

use super::sdk;
use super::stack::{self, Stack};
use crate::identity::Identity;
use crate::link::Endpoint;
use core::cell::UnsafeCell;
use core::future::Future;
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::pin::Pin;
use core::task::{Context, Poll};
use fleetwright_node::{Board, Instant, Node, Socket};
use fleetwright_tls::{Buffers, Client, Connection, Ended, Generator, RECEIVE, SEND};
use proof::Proof;

#[cfg_attr(feature = "pinned", path = "secured/pinned.rs")]
#[cfg_attr(not(feature = "pinned"), path = "secured/keyed.rs")]
mod proof;

/// Words of eight bytes that the future takes; the compiler checks that it is enough.
const FUTURE: usize = 288;
/// How many numbers of the hardware are hashed together for the randomness of a connection. Each holds 32 bits, of which
/// Espressif vouches for as long as Wi-Fi runs; there is plenty to spare.
const NUMBERS: usize = 64;

/// What must be where it is, because the future points to it.
struct Statics {
    buffers: Buffers,
    receive: UnsafeCell<[u8; RECEIVE]>,
    send: UnsafeCell<[u8; SEND]>,
    future: UnsafeCell<MaybeUninit<[u64; FUTURE]>>,
    task: UnsafeCell<Option<Task>>,
}

// SAFETY: the SDK has one thread, and nothing here is touched from an interrupt.
unsafe impl Sync for Statics {}

static STATICS: Statics = Statics {
    buffers: Buffers::new(),
    receive: UnsafeCell::new([0; RECEIVE]),
    send: UnsafeCell::new([0; SEND]),
    future: UnsafeCell::new(MaybeUninit::uninit()),
    task: UnsafeCell::new(None),
};

/// The future of a connection, and the stack of its handshake until it is open.
struct Task {
    future: *mut dyn Future<Output = Ended>,
    handshake: Option<Stack>,
}

impl Future for Task {
    type Output = Ended;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Ended> {
        let future = self.future;
        let mut answer = Poll::Pending;
        // SAFETY: it lives in a static until the task is dropped, never moves, and only the task points to it.
        let mut step = || answer = unsafe { Pin::new_unchecked(&mut *future) }.poll(context);
        let Some(stack) = &mut self.handshake else {
            let Some(mut stack) = Stack::borrow(stack::RECORD) else { return Poll::Ready(Ended::NoMemory) };
            stack.run(&mut step);
            return answer;
        };
        // A step of the handshake may take most of a second, in which nobody else feeds the watchdog.
        // SAFETY: a plain call.
        unsafe { sdk::system_soft_wdt_feed() };
        stack.run(&mut step);
        // SAFETY: as above.
        unsafe { sdk::system_soft_wdt_feed() };
        if answer.is_ready() || STATICS.buffers.is_open() {
            self.handshake = None;
        }
        answer
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        // SAFETY: the future was written where this points, and nobody polls it any more.
        unsafe { self.future.drop_in_place() };
    }
}

/// Writes a future into the static that holds it.
fn store<F: Future<Output = Ended> + 'static>(future: F) -> *mut dyn Future<Output = Ended> {
    const {
        assert!(size_of::<F>() <= FUTURE * 8 && align_of::<F>() <= 8, "the future does not fit into its place");
    }
    let slot = STATICS.future.get().cast::<F>();
    // SAFETY: there is room, as checked, and the task before, which was the last to point there, is gone.
    unsafe { slot.write(future) };
    slot
}

/// The encrypted side of the node's connection, on the chip.
pub(crate) struct Transport {
    connection: Connection<&'static Buffers, &'static mut Task>,
    proof: Option<Proof>,
    /// The connection is to be closed, in the next turn: it must not be from within one of its callbacks.
    must_close: bool,
}

impl Transport {
    /// A transport without a connection and without a key.
    pub(crate) const fn new() -> Self {
        Self { connection: Connection::new(), proof: None, must_close: false }
    }

    /// Keeps the key by which both sides prove who they are; the user and password that CONNECT still has to carry.
    pub(crate) fn prove(&mut self, identity: Identity<'static>) -> Option<(&'static str, &'static str)> {
        self.proof = Proof::new(identity);
        if Proof::SUFFICES { None } else { identity.credentials }
    }

    /// Lets the link serve the endpoint of this transport.
    pub(crate) fn with_endpoint<'m>(
        &mut self,
        node: &mut Node<'m>,
        board: &mut dyn Board,
        act: impl FnOnce(&mut Secured<'_, 'm>),
    ) {
        act(&mut Secured { transport: self, node, board });
    }

    /// A client for a new connection, which has written its ClientHello; `None`: no key, or no memory for its stack.
    fn client(&mut self) -> Option<Client<&'static Buffers, &'static mut Task>> {
        let proof = self.proof?;
        let stack = Stack::borrow(stack::HANDSHAKE)?;
        // SAFETY: plain questions to the SDK; Wi-Fi runs, since there is a connection.
        let numbers = core::iter::repeat_with(|| unsafe { sdk::os_random() }).take(NUMBERS);
        let random = Generator::gather(proof.secret(), numbers);
        // SAFETY: the task before is gone, and its future, which alone pointed to the buffers.
        let task = unsafe {
            *STATICS.task.get() = None;
            let future =
                store(proof.run(&STATICS.buffers, random, &mut *STATICS.receive.get(), &mut *STATICS.send.get()));
            (*STATICS.task.get()).insert(Task { future, handshake: Some(stack) })
        };
        Some(Client::start(&STATICS.buffers, Pin::new(task)))
    }

    /// Bytes came from the network.
    pub(crate) fn received(&mut self, bytes: &[u8], node: &mut Node<'_>, board: &mut dyn Board, now: Instant) {
        self.must_close |= self.connection.received(bytes, node, board, now).is_err();
    }

    /// Moves bytes between node and network; when to call again at the latest.
    pub(crate) fn serve(&mut self, node: &mut Node<'_>, board: &mut dyn Board, now: Instant) -> Option<Instant> {
        match self.connection.serve(node, board, now) {
            Ok(due) => due,
            Err(_) => {
                self.must_close = true;
                None
            }
        }
    }
}

/// The node behind its encrypted connection, as the link sees it.
pub(crate) struct Secured<'a, 'm> {
    transport: &'a mut Transport,
    node: &'a mut Node<'m>,
    board: &'a mut dyn Board,
}

impl Endpoint for Secured<'_, '_> {
    fn socket(&self, now: Instant) -> Socket {
        if self.transport.must_close { Socket::Closed { until: now } } else { self.node.socket(now) }
    }

    fn opened(&mut self, now: Instant) {
        match self.transport.client() {
            Some(client) => self.transport.connection.opened(client, now),
            None => {
                self.board.log(&[b"no memory for TLS, or no key"]);
                self.transport.must_close = true;
            }
        }
    }

    fn closed(&mut self, now: Instant) {
        self.transport.connection.closed();
        self.transport.must_close = false;
        // SAFETY: the client, which alone pointed there, is gone.
        unsafe { *STATICS.task.get() = None };
        self.node.closed(now);
    }

    fn outgoing(&self) -> impl Deref<Target = [u8]> {
        STATICS.buffers.outgoing()
    }

    fn sent(&mut self, count: usize, now: Instant) {
        self.transport.connection.send(|_| count);
        self.transport.serve(self.node, self.board, now);
    }
}
