//! What the stand-in knows, and its loop: what is due, then a frame, then again.

use crate::channel::{self, fault, receive, send};
use crate::frames::NEVER;
use crate::timers::Timers;
use crate::{heap, memory, network, pins, pwm, system, wifi};
use core::cell::Cell;
use fleetwright_devices::Kind;

/// All that the stand-in remembers, in cells: a callback of the node's may call any of its functions.
pub(crate) struct Machine {
    pub(crate) input: Cell<u32>,
    pub(crate) output: Cell<u32>,
    /// Milliseconds since the node started.
    pub(crate) now: Cell<u32>,
    /// Frames that were taken.
    taken: Cell<u32>,
    pub(crate) random: Cell<u32>,
    pub(crate) timers: Cell<Timers>,
    pub(crate) system: system::State,
    pub(crate) pins: pins::State,
    pub(crate) pwm: pwm::State,
    pub(crate) wifi: wifi::State,
    pub(crate) network: network::State,
    pub(crate) heap: heap::State,
}

// SAFETY: one core, no interrupts.
unsafe impl Sync for Machine {}

pub(crate) static MACHINE: Machine = Machine {
    input: Cell::new(0),
    output: Cell::new(0),
    now: Cell::new(0),
    taken: Cell::new(0),
    random: Cell::new(1),
    timers: Cell::new(Timers::new()),
    system: system::State::new(),
    pins: pins::State::new(),
    pwm: pwm::State::new(),
    wifi: wifi::State::new(),
    network: network::State::new(),
    heap: heap::State::new(),
};

unsafe extern "C" {
    fn user_pre_init();
    fn user_init();
}

/// Where the emulated chip starts.
#[unsafe(no_mangle)]
extern "C" fn stand_in() -> ! {
    memory::paint();
    channel::open();
    // What is known before the start comes first: the seed, the words that outlived a restart, the levels of pins.
    send(b'T', &idle(0));
    loop {
        let (kind, body) = receive();
        MACHINE.taken.set(MACHINE.taken.get() + 1);
        take(kind, body);
        if kind == b't' {
            break;
        }
    }
    // SAFETY: the node has these, once each, and here the SDK would call them, in this order.
    unsafe {
        user_pre_init();
        system::partitions_are_registered();
        user_init();
    }
    system::init_done();
    loop {
        work();
        let next = MACHINE.timers.get().next().unwrap_or(NEVER);
        send(b'T', &idle(next));
        let (kind, body) = receive();
        MACHINE.taken.set(MACHINE.taken.get() + 1);
        take(kind, body);
    }
}

/// The body of a `T` frame.
fn idle(until: u32) -> [u8; 8] {
    let mut body = [0; 8];
    body[..4].copy_from_slice(&until.to_be_bytes());
    body[4..].copy_from_slice(&MACHINE.taken.get().to_be_bytes());
    body
}

/// Runs what is due until nothing is.
fn work() {
    loop {
        pins::look();
        if system::run_task() || network::run_ended() || run_timer() {
            continue;
        }
        return;
    }
}

fn change_timers<T>(change: impl FnOnce(&mut Timers) -> T) -> T {
    let mut timers = MACHINE.timers.get();
    let result = change(&mut timers);
    MACHINE.timers.set(timers);
    result
}

fn run_timer() -> bool {
    let due = change_timers(|timers| timers.take_due(MACHINE.now.get()));
    due.is_some_and(|timer| {
        system::expire(timer);
        true
    })
}

fn take(kind: u8, body: &mut [u8]) {
    if kind == b'd' {
        return network::received(body);
    }
    match (kind, &*body) {
        (b't', &[a, b, c, d]) => MACHINE.now.set(u32::from_be_bytes([a, b, c, d]).max(MACHINE.now.get())),
        (b'k', &[a, b, c, d, e, f, g, h]) => {
            memory::keep([u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])]);
        }
        (b'r', &[a, b, c, d]) => MACHINE.random.set(u32::from_be_bytes([a, b, c, d]) | 1),
        (b'v', _) => change_timers(Timers::step),
        (b'p', &[pin, level]) => {
            pins::world(pin, level == 1);
            change_timers(|timers| timers.hurry(MACHINE.now.get()));
        }
        (b'a', &[high, low]) => {
            MACHINE.pins.analog.set(u16::from_be_bytes([high, low]));
            change_timers(|timers| timers.hurry(MACHINE.now.get()));
        }
        (b'i', &[sda, scl, ref kind @ ..]) => match kind.try_into() {
            Ok(kind) => pins::device(sda, scl, Kind::from_bytes(kind)),
            Err(_) => fault("a device that nobody knows"),
        },
        (b'w', &[up]) => wifi::world(up == 1),
        (b'n', address) => network::found(address.try_into().ok()),
        (b'c', _) => network::connected(),
        (b'x', _) => network::gone(false),
        (b'f', _) => network::gone(true),
        (b's', _) => network::sent(),
        (b'h', _) => memory::report(),
        _ => fault("the channel brought a frame that nobody knows"),
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    channel::exit(channel::FAULT)
}
