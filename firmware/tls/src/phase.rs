//! Where the connection that is polled right now stands. The cipher has to know and is told by nobody: the library makes
//! a new one for each record. A poll runs on one thread, from beginning to end.

/// Where a connection stands, and how the broker proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// In a handshake with a pre-shared key.
    Keyed,
    /// In a handshake with a certificate.
    Pinned,
    /// Behind it.
    Open,
}

#[cfg(not(target_os = "none"))]
extern crate std;

#[cfg(not(target_os = "none"))]
std::thread_local! {
    static PHASE: core::cell::Cell<Phase> = const { core::cell::Cell::new(Phase::Keyed) };
}

/// The chip has one thread.
#[cfg(target_os = "none")]
static PHASE: core::sync::atomic::AtomicU8 = core::sync::atomic::AtomicU8::new(Phase::Keyed as u8);

/// A connection is polled next, and this is where it stands.
pub(crate) fn enter(phase: Phase) {
    #[cfg(not(target_os = "none"))]
    PHASE.set(phase);
    #[cfg(target_os = "none")]
    PHASE.store(phase as u8, core::sync::atomic::Ordering::Relaxed);
}

/// Where the connection stands that is polled.
pub(crate) fn now() -> Phase {
    #[cfg(not(target_os = "none"))]
    return PHASE.get();
    #[cfg(target_os = "none")]
    return [Phase::Keyed, Phase::Pinned, Phase::Open]
        .into_iter()
        .find(|phase| *phase as u8 == PHASE.load(core::sync::atomic::Ordering::Relaxed))
        .unwrap_or(Phase::Keyed);
}
