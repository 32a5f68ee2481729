//! The memory of a node on the chip: as large as its program needs, laid out when it is linked. Nothing is allocated
//! while it runs, so what the size table says is what it takes.

use core::cell::UnsafeCell;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering};

/// A value in a static that is given away once.
pub struct Once<T> {
    taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `take` gives the only reference away, once.
unsafe impl<T: Send> Sync for Once<T> {}

impl<T> Once<T> {
    /// A value that nobody has taken.
    pub const fn new(value: T) -> Self {
        Self { taken: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Gives the value away, once.
    ///
    /// # Panics
    ///
    /// If it was taken before: a second node in it would be a fault in memory.
    #[expect(clippy::mut_from_ref, reason = "it is given away once, which is what this type is for")]
    pub fn take(&'static self) -> &'static mut T {
        // A load and a store: the chip has no exchange, and one core that calls this from one place.
        assert!(!self.taken.load(Ordering::Relaxed), "a node's memory is taken twice");
        self.taken.store(true, Ordering::Relaxed);
        // SAFETY: nobody got here before, and nobody will again.
        unsafe { &mut *self.value.get() }
    }
}

/// Fills an array of a static with default values: slots and states can't be made in a constant.
pub fn filled<T: Default>(slots: &mut [MaybeUninit<T>]) -> &mut [T] {
    for slot in slots.iter_mut() {
        slot.write(T::default());
    }
    // SAFETY: every slot was written just now, and `MaybeUninit<T>` is laid out like `T`.
    unsafe { &mut *(core::ptr::from_mut(slots) as *mut [T]) }
}

/// The [`Memory`](fleetwright_node::Memory) of a node and the words for a copy of its identity, in a static; each expansion in the
/// code gives it away once. `topics` and `roles` are counts, `text`, `receive` and `transmit` bytes, `identity` words.
#[macro_export]
macro_rules! memory {
    (topics: $topics:expr, roles: $roles:expr, text: $text:expr, receive: $receive:expr, transmit: $transmit:expr,
     identity: $identity:expr $(,)?) => {{
        use ::core::mem::MaybeUninit;
        use $crate::memory::Once;
        use $crate::node::{Memory, OUTBOX, OutboxEntry, RoleState, Slot};

        struct Parts {
            slots: [MaybeUninit<Slot>; $topics],
            states: [MaybeUninit<RoleState>; $roles],
            outbox: [Option<OutboxEntry>; OUTBOX],
            identity: [u32; $identity],
            text: [u8; $text],
            receive: [u8; $receive],
            transmit: [u8; $transmit],
        }

        static PARTS: Once<Parts> = Once::new(Parts {
            slots: [const { MaybeUninit::uninit() }; _],
            states: [const { MaybeUninit::uninit() }; _],
            outbox: [None; _],
            identity: [0; _],
            text: [0; _],
            receive: [0; _],
            transmit: [0; _],
        });

        let parts = PARTS.take();
        let memory = Memory {
            slots: $crate::memory::filled(&mut parts.slots),
            states: $crate::memory::filled(&mut parts.states),
            text: &mut parts.text,
            receive: &mut parts.receive,
            transmit: &mut parts.transmit,
            outbox: &mut parts.outbox,
        };
        (memory, parts.identity.as_mut_slice())
    }};
}

#[cfg(test)]
mod tests {
    use fleetwright_node::OUTBOX;

    #[test]
    fn the_memory_is_as_large_as_it_was_made() {
        let (memory, identity) =
            crate::memory!(topics: 3, roles: 2, text: 27, receive: 100, transmit: 256, identity: 4);
        assert_eq!((memory.slots.len(), memory.states.len(), memory.text.len()), (3, 2, 27));
        assert_eq!((memory.receive.len(), memory.transmit.len(), memory.outbox.len()), (100, 256, OUTBOX));
        assert_eq!(identity, [0; 4]);
    }
}
