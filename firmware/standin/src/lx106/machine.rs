//! The loop of the stand-in: what is due, then a frame, then again.

use super::channel::{self, receive, send};
use super::single::Single;
use super::{clock, datagrams, flash, memory, names, network, pins, system, usage, wifi};
use crate::timers::Timers;
use core::cell::Cell;
use fleetwright_protocol::{FromNode, ToNode};

/// Frames that were taken.
static TAKEN: Single<Cell<u32>> = Single(Cell::new(0));

unsafe extern "C" {
    fn user_pre_init();
    fn user_init();
}

/// Where the emulated chip starts.
#[unsafe(no_mangle)]
extern "C" fn stand_in() -> ! {
    memory::paint();
    memory::start_counting();
    channel::open();
    // What is known before the start comes first: the seed, the words that outlived a restart, the levels of pins.
    report_idle(Some(0));
    while !take(receive()) {}
    // SAFETY: the node has these, once each, and here the SDK would call them, in this order.
    unsafe {
        user_pre_init();
        system::partitions_are_registered();
        user_init();
    }
    wifi::start();
    system::init_done();
    loop {
        work();
        let due = [clock::with_timers(|timers| timers.next()), network::next_end()];
        report_idle(due.into_iter().flatten().min());
        take(receive());
    }
}

/// Reports that nothing is due until then.
fn report_idle(until: Option<u32>) {
    send(&FromNode::Idle { until, taken: TAKEN.get() });
}

/// Runs what is due until nothing is.
fn work() {
    loop {
        pins::look();
        if system::run_task() || wifi::run_join() || network::run_ended() || run_timer() {
            continue;
        }
        return;
    }
}

fn run_timer() -> bool {
    let due = clock::with_timers(|timers| timers.take_due(clock::now()));
    due.is_some_and(|timer| {
        system::expire(timer);
        true
    })
}

/// An input changed: timers that repeat may wait for that.
fn hurry_timers() {
    clock::with_timers(|timers| timers.hurry(clock::now()));
}

/// Takes a frame; whether it brought the time.
fn take(frame: ToNode<&'static mut [u8]>) -> bool {
    TAKEN.set(TAKEN.get() + 1);
    match frame {
        ToNode::Time(now) => {
            clock::set(now);
            return true;
        }
        ToNode::Kept(words) => memory::keep(words),
        ToNode::Seed(seed) => system::seed(seed),
        ToNode::Stepped => clock::with_timers(Timers::step),
        ToNode::Pin { gpio, high } => {
            pins::set(gpio, high);
            hurry_timers();
        }
        ToNode::Analog(reading) => {
            pins::set_analog(reading);
            hurry_timers();
        }
        ToNode::Device { sda, scl, kind } => pins::set_device(sda, scl, kind),
        ToNode::Wifi(there) => wifi::set(there),
        ToNode::Address(address) => names::found(address),
        ToNode::Connected => network::connected(),
        ToNode::Disconnected => network::gone(false),
        ToNode::Failed => network::gone(true),
        ToNode::Sent => network::sent(),
        ToNode::Received(bytes) => network::received(bytes),
        ToNode::Datagram { to, address, port, bytes } => datagrams::received(to, (address, port), bytes),
        ToNode::EndDelay(milliseconds) => network::delay_ends(milliseconds),
        ToNode::Flash(bytes) => flash::keep(bytes),
        ToNode::Usage => usage::report(),
    }
    false
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    channel::exit(channel::FAULT)
}
