//! `libpwm`: up to eight pins that are high for a part of the time. As strict as its header: told once, changes count
//! when they are started.

use super::channel::{fault, send};
use super::single::Single;
use core::cell::Cell;
use fleetwright_protocol::FromNode;

/// `PWM_CHANNEL_NUM_MAX`.
const MOST: usize = 8;

struct PwmState {
    count: Cell<u8>,
    period: Cell<u32>,
    pins: Cell<[u8; MOST]>,
    duties: Cell<[u32; MOST]>,
    /// What was reported last, in thousandths.
    reported: Cell<[u16; MOST]>,
}

impl PwmState {
    const fn new() -> Self {
        Self {
            count: Cell::new(0),
            period: Cell::new(0),
            pins: Cell::new([0; MOST]),
            duties: Cell::new([0; MOST]),
            reported: Cell::new([0; MOST]),
        }
    }

    /// The duty that is all of the time.
    fn full(&self) -> u32 {
        self.period.get() * 1_000 / 45
    }

    fn permille(&self, duty: u32) -> u16 {
        let full = self.full().max(1);
        ((duty.min(full) * 1_000 + full / 2) / full) as u16
    }
}

static PWM: Single<PwmState> = Single(PwmState::new());

/// # Safety
///
/// `duties` and `channels` point to `count` of them.
#[unsafe(no_mangle)]
unsafe extern "C" fn pwm_init(period: u32, duties: *const u32, count: u32, channels: *const [u32; 3]) {
    let state = &PWM;
    if state.count.get() > 0 {
        fault("pwm_init is called a second time");
    }
    if count == 0 || count as usize > MOST || period < 1_000 {
        fault("pwm_init: one to eight channels, and a period of 1000 microseconds or more");
    }
    state.count.set(count as u8);
    state.period.set(period);
    let (mut pins, mut all, mut reported) = (state.pins.get(), state.duties.get(), state.reported.get());
    for index in 0..count as usize {
        // SAFETY: the caller's promise.
        let ([_, _, pin], duty) = unsafe { (*channels.add(index), *duties.add(index)) };
        pins[index] = pin as u8;
        all[index] = duty;
        // The level that the pin has already is not reported.
        reported[index] = state.permille(duty);
    }
    state.pins.set(pins);
    state.duties.set(all);
    state.reported.set(reported);
}

#[unsafe(no_mangle)]
extern "C" fn pwm_set_duty(duty: u32, channel: u8) {
    let state = &PWM;
    if channel >= state.count.get() || duty > state.full() {
        fault("pwm_set_duty: no such channel, or more than all of the time");
    }
    let mut duties = state.duties.get();
    duties[usize::from(channel)] = duty;
    state.duties.set(duties);
}

#[unsafe(no_mangle)]
extern "C" fn pwm_start() {
    let state = &PWM;
    let mut reported = state.reported.get();
    for index in 0..usize::from(state.count.get()) {
        let now = state.permille(state.duties.get()[index]);
        if reported[index] != now {
            reported[index] = now;
            send(&FromNode::Duty { gpio: state.pins.get()[index], permille: now });
        }
    }
    state.reported.set(reported);
}
