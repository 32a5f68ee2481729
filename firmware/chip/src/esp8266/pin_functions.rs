//! What custom roles need of a real board: its pins as plain functions, and a lock for what they remember.

use super::{gpio, sdk};
use fleetwright_node::{Gpio, Level, Mode, PinFunctions, Pull};

/// The chip does not ask for the time so often within a microsecond: where time stands still (the emulator's does, within a
/// turn), waiting ends all the same.
const POLLS: u32 = 16;

/// The pins. Inputs of custom roles wake nobody, so nothing is kept of them.
pub(crate) const FUNCTIONS: PinFunctions =
    PinFunctions { configure: gpio::configure, read: gpio::read, drive: gpio::drive, dim: gpio::dim, pull, wait };

/// Low drives, high releases: the pad's pull-up and those of the bus do the rest.
fn pull(pin: Gpio, level: Level) {
    gpio::configure(pin, if level == Level::Low { Mode::Output(Level::Low) } else { Mode::Input(Pull::Up) });
}

fn wait(micros: u32) {
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
