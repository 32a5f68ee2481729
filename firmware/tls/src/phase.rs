//! Whether the connection that is polled right now has its handshake behind it. The cipher has to know and is told by
//! nobody: the library makes a new one for each record. A poll runs on one thread, from beginning to end.

#[cfg(not(target_os = "none"))]
extern crate std;

#[cfg(not(target_os = "none"))]
std::thread_local! {
    static OPEN: core::cell::Cell<bool> = const { core::cell::Cell::new(false) };
}

/// The chip has one thread.
#[cfg(target_os = "none")]
static OPEN: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

/// A connection is polled next, and this is where it stands.
pub(crate) fn enter(open: bool) {
    #[cfg(not(target_os = "none"))]
    OPEN.set(open);
    #[cfg(target_os = "none")]
    OPEN.store(open, core::sync::atomic::Ordering::Relaxed);
}

/// Where the connection stands that is polled.
pub(crate) fn is_open() -> bool {
    #[cfg(not(target_os = "none"))]
    return OPEN.get();
    #[cfg(target_os = "none")]
    return OPEN.load(core::sync::atomic::Ordering::Relaxed);
}
