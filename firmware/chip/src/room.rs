//! The memory of a node on the chip: as large as its program needs, laid out when it is linked. Nothing is allocated
//! while it runs, so what the size table says is what it takes.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering};
use fleetwright_node::{Entry, Memory, OUTBOX, Slot, State};

/// The memory of a node: places for its topics and roles, bytes of its texts, of a received packet, of packets on
/// their way out, and words of its identity.
pub struct Room<
    const TOPICS: usize,
    const ROLES: usize,
    const TEXT: usize,
    const RECEIVE: usize,
    const TRANSMIT: usize,
    const IDENTITY: usize,
> {
    taken: AtomicBool,
    parts: UnsafeCell<Parts<TOPICS, ROLES, TEXT, RECEIVE, TRANSMIT, IDENTITY>>,
}

/// Slots and states can't be made in a constant: they are written when the room is taken.
struct Parts<
    const TOPICS: usize,
    const ROLES: usize,
    const TEXT: usize,
    const RECEIVE: usize,
    const TRANSMIT: usize,
    const IDENTITY: usize,
> {
    slots: [MaybeUninit<Slot>; TOPICS],
    states: [MaybeUninit<State>; ROLES],
    outbox: [Option<Entry>; OUTBOX],
    identity: [u32; IDENTITY],
    text: [u8; TEXT],
    receive: [u8; RECEIVE],
    transmit: [u8; TRANSMIT],
}

// SAFETY: `take` gives the only reference away, once.
unsafe impl<
    const TOPICS: usize,
    const ROLES: usize,
    const TEXT: usize,
    const RECEIVE: usize,
    const TRANSMIT: usize,
    const IDENTITY: usize,
> Sync for Room<TOPICS, ROLES, TEXT, RECEIVE, TRANSMIT, IDENTITY>
{
}

impl<
    const TOPICS: usize,
    const ROLES: usize,
    const TEXT: usize,
    const RECEIVE: usize,
    const TRANSMIT: usize,
    const IDENTITY: usize,
> Room<TOPICS, ROLES, TEXT, RECEIVE, TRANSMIT, IDENTITY>
{
    /// Memory that nobody has taken.
    #[expect(clippy::new_without_default, reason = "it is made for statics alone")]
    pub const fn new() -> Self {
        let parts = Parts {
            slots: [const { MaybeUninit::uninit() }; TOPICS],
            states: [const { MaybeUninit::uninit() }; ROLES],
            outbox: [None; OUTBOX],
            identity: [0; IDENTITY],
            text: [0; TEXT],
            receive: [0; RECEIVE],
            transmit: [0; TRANSMIT],
        };
        Self { taken: AtomicBool::new(false), parts: UnsafeCell::new(parts) }
    }

    /// The memory for the node, and that for its identity.
    ///
    /// # Panics
    ///
    /// If it was taken before: a second node in it would be a fault in memory.
    #[expect(clippy::mut_from_ref, reason = "it is given away once, which is what this type is for")]
    pub fn take(&'static self) -> (Memory<'static>, &'static mut [u32]) {
        // A load and a store: the chip has no exchange, and one core that calls this from one place.
        assert!(!self.taken.load(Ordering::Relaxed), "a node's memory is taken twice");
        self.taken.store(true, Ordering::Relaxed);
        // SAFETY: nobody got here before, and nobody will again.
        let parts = unsafe { &mut *self.parts.get() };
        let memory = Memory {
            slots: filled(&mut parts.slots),
            states: filled(&mut parts.states),
            text: &mut parts.text,
            receive: &mut parts.receive,
            transmit: &mut parts.transmit,
            outbox: &mut parts.outbox,
        };
        (memory, &mut parts.identity)
    }
}

fn filled<T: Default>(places: &mut [MaybeUninit<T>]) -> &mut [T] {
    for place in places.iter_mut() {
        place.write(T::default());
    }
    // SAFETY: every place was written just now, and `MaybeUninit<T>` is laid out like `T`.
    unsafe { &mut *(core::ptr::from_mut(places) as *mut [T]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_as_large_as_it_was_made() {
        static ROOM: Room<3, 2, 27, 100, 256, 4> = Room::new();
        let (memory, identity) = ROOM.take();
        assert_eq!((memory.slots.len(), memory.states.len(), memory.text.len()), (3, 2, 27));
        assert_eq!((memory.receive.len(), memory.transmit.len(), memory.outbox.len()), (100, 256, OUTBOX));
        assert_eq!(identity, [0; 4]);
    }
}
