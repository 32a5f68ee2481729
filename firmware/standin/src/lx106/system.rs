//! Tasks, timers, time and the start of a program.

use super::channel::{self, fault, send};
use super::single::Single;
use super::{clock, memory};
use core::cell::Cell;
use core::ffi::c_void;
use fleetwright_protocol::FromNode;

type Callback = extern "C" fn();
type Task = extern "C" fn(*mut Event);

/// `ETSEvent`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Event {
    signal: u32,
    parameter: u32,
}

/// `ETSTimer`.
#[repr(C)]
struct Timer {
    next: *mut Timer,
    expire: u32,
    period: u32,
    function: Option<extern "C" fn(*mut c_void)>,
    argument: *mut c_void,
}

/// `partition_item_t`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Partition {
    kind: u32,
    address: u32,
    size: u32,
}

/// A map of 4 MB in two halves: what the boards of most fleets have.
const FLASH_MAP: u32 = 6;
const FLASH_END: u32 = 0x40_0000;
const SECTOR: u32 = 0x1000;
const QUEUE: usize = 8;

struct SystemState {
    ready: Cell<Option<Callback>>,
    task: Cell<Option<Task>>,
    queue: Cell<[Option<Event>; QUEUE]>,
    length: Cell<u8>,
    partitions: Cell<bool>,
    baud: Cell<u32>,
    random: Cell<u32>,
}

impl SystemState {
    const fn new() -> Self {
        Self {
            ready: Cell::new(None),
            task: Cell::new(None),
            queue: Cell::new([None; QUEUE]),
            length: Cell::new(0),
            partitions: Cell::new(false),
            baud: Cell::new(0),
            random: Cell::new(1),
        }
    }
}

static SYSTEM: Single<SystemState> = Single(SystemState::new());

/// A program that registers no partitions does not start on the chip.
pub(super) fn partitions_are_registered() {
    if !SYSTEM.partitions.get() {
        fault("user_pre_init registered no partition table");
    }
}

pub(super) fn init_done() {
    if let Some(ready) = SYSTEM.ready.get() {
        ready();
    }
}

/// Runs the task with the oldest event, if there is one.
pub(super) fn run_task() -> bool {
    let mut queue = SYSTEM.queue.get();
    let (Some(mut event), Some(task)) = (queue[0], SYSTEM.task.get()) else { return false };
    queue.rotate_left(1);
    queue[QUEUE - 1] = None;
    SYSTEM.queue.set(queue);
    task(&raw mut event);
    true
}

/// Calls what an expired timer is for.
pub(super) fn expire(timer: usize) {
    // SAFETY: the node armed this timer, and timers are static.
    let (function, argument) = unsafe { ((*(timer as *const Timer)).function, (*(timer as *const Timer)).argument) };
    match function {
        Some(function) => function(argument),
        None => fault("a timer without a function was armed"),
    }
}

#[unsafe(no_mangle)]
extern "C" fn system_init_done_cb(callback: Callback) {
    SYSTEM.ready.set(Some(callback));
}

#[unsafe(no_mangle)]
extern "C" fn system_os_task(task: Task, priority: u8, queue: *mut c_void, length: u8) -> bool {
    if priority > 2 || queue.is_null() || length == 0 || usize::from(length) > QUEUE {
        fault("system_os_task: priorities are 0 to 2, and a task has a queue");
    }
    SYSTEM.task.set(Some(task));
    SYSTEM.length.set(length);
    true
}

#[unsafe(no_mangle)]
extern "C" fn system_os_post(_: u8, signal: u32, parameter: u32) -> bool {
    let mut queue = SYSTEM.queue.get();
    let Some(slot) = queue.iter_mut().take(SYSTEM.length.get().into()).find(|slot| slot.is_none()) else {
        return false;
    };
    *slot = Some(Event { signal, parameter });
    SYSTEM.queue.set(queue);
    true
}

#[unsafe(no_mangle)]
extern "C" fn system_get_flash_size_map() -> u32 {
    FLASH_MAP
}

/// # Safety
///
/// `table` points to `count` partitions.
#[unsafe(no_mangle)]
unsafe extern "C" fn system_partition_table_regist(table: *const Partition, count: u32, map: u32) -> bool {
    let mut end = 0;
    for index in 0..count as usize {
        // SAFETY: the caller's promise.
        let Partition { address, size, .. } = unsafe { *table.add(index) };
        if address < end || size == 0 || (address | size) % SECTOR != 0 || address + size > FLASH_END {
            fault("the partition table overlaps, leaves the flash, or is not in whole sectors");
        }
        end = address + size;
    }
    if map != FLASH_MAP {
        fault("the partition table is for another map than the image");
    }
    SYSTEM.partitions.set(true);
    true
}

#[unsafe(no_mangle)]
extern "C" fn system_restart() -> ! {
    send(&FromNode::Restart(memory::kept()));
    channel::exit(channel::RESTART)
}

/// `struct rst_info`.
#[repr(C)]
struct RestartInfo {
    reason: u32,
    rest: [u32; 6],
}

/// A start by power, or by the program's own wish: nothing that the chip stopped for.
#[unsafe(no_mangle)]
extern "C" fn system_get_rst_info() -> *const RestartInfo {
    static POWER: RestartInfo = RestartInfo { reason: 0, rest: [0; 6] };
    &raw const POWER
}

/// Microseconds since the start; begins anew after 71 minutes.
#[unsafe(no_mangle)]
extern "C" fn system_get_time() -> u32 {
    clock::now().wrapping_mul(1_000)
}

/// # Safety
///
/// `timer` points to an `ETSTimer`.
#[unsafe(no_mangle)]
unsafe extern "C" fn ets_timer_setfn(timer: *mut Timer, function: extern "C" fn(*mut c_void), argument: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe {
        (*timer).function = Some(function);
        (*timer).argument = argument;
    }
}

#[unsafe(no_mangle)]
extern "C" fn ets_timer_arm_new(timer: *mut Timer, time: u32, repeat: bool, milliseconds: bool) {
    // The SDK's limit is 0x68D7A3 ms; beyond it timers are due at once.
    if !milliseconds || time > 0x68_D7A3 || time == 0 {
        fault("ets_timer_arm_new: 1 to 6,870,947 milliseconds");
    }
    let period = if repeat { time } else { 0 };
    if !clock::with_timers(|timers| timers.arm(timer as usize, clock::now() + time, period)) {
        fault("more timers are armed than a node has");
    }
}

/// The serial log's speed: 80 MHz divided by this.
#[unsafe(no_mangle)]
extern "C" fn uart_div_modify(uart: u8, divider: u32) {
    if uart == 0 {
        SYSTEM.baud.set(divider);
    }
    if 80_000_000 / divider / 100 != 1_152 {
        fault("the serial log is not at 115200");
    }
}

/// Seeds the random numbers; xorshift stands still at zero.
pub(super) fn seed(seed: u32) {
    SYSTEM.random.set(seed | 1);
}

/// xorshift: random enough to spread back-off, and the same for the same seed.
#[unsafe(no_mangle)]
extern "C" fn os_random() -> u32 {
    let mut state = SYSTEM.random.get();
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    SYSTEM.random.set(state);
    state
}

/// Nobody watches here; `verify` has limits of its own.
#[unsafe(no_mangle)]
extern "C" fn system_soft_wdt_feed() {}
