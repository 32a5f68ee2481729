//! What custom roles need beside the pins: a way to wait, and a lock for their memory.

use super::sdk;

/// The chip does not ask for the time so often within a microsecond: where time stands still (the emulator's does, within a
/// turn), waiting ends all the same.
const POLLS: u32 = 16;

/// Waits for at least so many microseconds.
pub(crate) fn wait(micros: u32) {
    // SAFETY: a plain question to the SDK.
    let now = || unsafe { sdk::system_get_time() };
    let start = now();
    for _ in 0..micros.saturating_mul(POLLS) {
        if now().wrapping_sub(start) >= micros {
            return;
        }
    }
}

/// The SDK has one thread, and custom roles are never called from an interrupt: there is nothing to lock out.
struct OneThread;

critical_section::set_impl!(OneThread);

// SAFETY: as said above.
unsafe impl critical_section::Impl for OneThread {
    unsafe fn acquire() -> critical_section::RawRestoreState {}

    unsafe fn release(_: critical_section::RawRestoreState) {}
}
