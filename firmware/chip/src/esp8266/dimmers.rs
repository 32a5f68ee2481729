//! Outputs that are high for a part of the time, by the SDK's `libpwm`: a hardware timer whose interrupt drives the pins.
//! It is told once of all of them (`pwm_init` "should be called only once", `include/pwm.h`), so they are collected
//! while the roles start.
//!
//! A role in the user's own Rust may dim, or not; its program is compiled with this module in both cases. Each function asks
//! [`is_dimming`] first, so that a program in which nothing dims calls no function of `libpwm` and is not linked with it.

use super::sdk;
use crate::pads;
use core::cell::Cell;
use fleetwright_node::{Gpio, Level, is_dimming};

/// Pins at most: `PWM_CHANNEL_NUM_MAX`.
const MOST: usize = 8;
/// Microseconds of a turn: 1 kHz, beyond what an eye sees.
const PERIOD: u32 = 1_000;
/// A duty is counted in 45 ns (`documents` of the SDK, PWM): this is all of the time.
const FULL: u32 = PERIOD * 1_000 / 45;
/// What a switched pin would be: no pad.
const NONE: Gpio = Gpio(u8::MAX);

struct Dimmers {
    pins: Cell<[Gpio; MOST]>,
    duties: Cell<[u32; MOST]>,
    begun: Cell<bool>,
}

// SAFETY: the SDK has one thread, and nothing here is touched from an interrupt.
unsafe impl Sync for Dimmers {}

static DIMMERS: Dimmers =
    Dimmers { pins: Cell::new([NONE; MOST]), duties: Cell::new([0; MOST]), begun: Cell::new(false) };

/// An output will be dimmed; it starts with this level. A ninth stays still.
pub(crate) fn add(pin: Gpio, level: Level) {
    if !is_dimming() {
        return;
    }
    let (mut pins, mut duties) = (DIMMERS.pins.get(), DIMMERS.duties.get());
    if let Some((slot, duty)) = pins.iter_mut().zip(&mut duties).find(|(slot, _)| **slot == NONE) {
        *slot = pin;
        *duty = if level == Level::High { FULL } else { 0 };
    }
    DIMMERS.pins.set(pins);
    DIMMERS.duties.set(duties);
}

/// All roles have started: from now on the timer drives their pins.
pub(crate) fn begin() {
    if !is_dimming() {
        return;
    }
    let (pins, mut duties) = (DIMMERS.pins.get(), DIMMERS.duties.get());
    let mut channels = [[0; 3]; MOST];
    let mut count = 0;
    for (channel, pin) in channels.iter_mut().zip(pins) {
        if let Some(register) = pads::register(pin) {
            *channel = [register, pads::function(pin), u32::from(pin.0)];
            count += 1;
        }
    }
    if count > 0 {
        // SAFETY: so many channels and duties; `libpwm` copies both.
        unsafe {
            sdk::pwm_init(PERIOD, duties.as_mut_ptr(), count, channels.as_mut_ptr());
            sdk::pwm_start();
        }
        DIMMERS.begun.set(true);
    }
}

/// Lets a pin be high for so many thousandths of the time; `false`: it was never added.
pub(crate) fn dim(pin: Gpio, permille: u16) -> bool {
    if !is_dimming() {
        return false;
    }
    let Some(channel) = DIMMERS.pins.get().iter().position(|slot| *slot == pin) else { return false };
    let duty = FULL * u32::from(permille.min(1_000)) / 1_000;
    if DIMMERS.begun.get() {
        // SAFETY: the channel is one of those that `pwm_init` was told.
        unsafe {
            sdk::pwm_set_duty(duty, channel as u8);
            sdk::pwm_start();
        }
    } else {
        let mut duties = DIMMERS.duties.get();
        if let Some(slot) = duties.get_mut(channel) {
            *slot = duty;
        }
        DIMMERS.duties.set(duties);
    }
    true
}
