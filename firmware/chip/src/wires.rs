//! What custom roles need of a real board: its pins as plain functions, and a lock for what they remember.

use crate::board::Pins;
use crate::sdk;
use fleetwright_node::custom::Wires;
use fleetwright_node::{Board, Gpio, Level, Mode, Pull};

/// The chip does not look so often within a microsecond: where time stands still (the emulator's does, within a turn),
/// waiting ends all the same.
const LOOKS: u32 = 16;

/// The pins.
pub(crate) const WIRES: Wires = Wires {
    configure: |pin, mode| pins().configure(pin, mode),
    read: |pin| pins().read(pin),
    drive: |pin, level| pins().drive(pin, level),
    dim: |pin, permille| pins().dim(pin, permille),
    pull,
    wait,
};

/// The pins hold nothing but whether the platform has to look at inputs, and those of custom roles wake nobody.
fn pins() -> Pins {
    Pins { watched: false }
}

/// Low drives, high lets go: the pad's pull-up and those of the bus do the rest.
fn pull(pin: Gpio, level: Level) {
    pins().configure(pin, if level == Level::Low { Mode::Output(Level::Low) } else { Mode::Input(Pull::Up) });
}

fn wait(micros: u32) {
    // SAFETY: a plain question to the SDK.
    let now = || unsafe { sdk::system_get_time() };
    let start = now();
    for _ in 0..micros.saturating_mul(LOOKS) {
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
