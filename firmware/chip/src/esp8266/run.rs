//! The node's loop on the chip: the SDK calls, the node acts, and a timer says when to look again.
//!
//! The SDK has one thread: its timers, tasks and callbacks come one after the other, never from an interrupt. Callbacks
//! of a connection only note what happened, since a connection must not be ended from within them; the rest is done in
//! a turn, which they ask for.

use super::board::Pins;
use super::network::{Callbacks, Network};
use super::transport::Transport;
use super::wifi::Station;
use super::{failure, sdk};
use crate::clock::Clock;
use crate::identity::{self, Identity};
use crate::link::Link;
use crate::partitions::{Map, PARTS, Partition};
use core::cell::{Cell, UnsafeCell};
use core::ffi::{c_char, c_void};
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use fleetwright_node::{Board, Duration, Identity as Who, Instant, Memory, Names, Node, Program, Socket};

/// How often inputs are looked at.
const SAMPLE_MS: u32 = 10;
/// How long a node may sleep while its link or Wi-Fi is on its way: they have deadlines of seconds.
const SHORT_SLEEP: Duration = Duration::seconds(1);
/// How long it may sleep otherwise.
const LONG_SLEEP: Duration = Duration::seconds(60);
/// The SDK's priority of the turn's task, and the room of its queue. One turn that waits is as good as many.
const PRIORITY: u8 = 0;
const QUEUE: usize = 2;

struct Platform {
    node: Node<'static>,
    pins: Pins,
    clock: Clock,
    link: Link,
    transport: Transport,
    network: Option<Network>,
    station: Station,
}

/// What must be where it is for as long as the node runs.
struct Statics {
    platform: UnsafeCell<Option<Platform>>,
    busy: Cell<bool>,
    partitions: UnsafeCell<[Partition; PARTS]>,
    timer: UnsafeCell<sdk::Timer>,
    sampler: UnsafeCell<sdk::Timer>,
    queue: UnsafeCell<[sdk::Event; QUEUE]>,
}

// SAFETY: the SDK has one thread, as said above.
unsafe impl Sync for Statics {}

/// A timer that is not armed.
const IDLE: sdk::Timer =
    sdk::Timer { next: core::ptr::null_mut(), expire: 0, period: 0, function: None, argument: core::ptr::null_mut() };

static STATICS: Statics = Statics {
    platform: UnsafeCell::new(None),
    busy: Cell::new(false),
    partitions: UnsafeCell::new([Partition { kind: 0, address: 0, size: 0 }; PARTS]),
    timer: UnsafeCell::new(IDLE),
    sampler: UnsafeCell::new(IDLE),
    queue: UnsafeCell::new([const { sdk::Event { signal: 0, parameter: 0 } }; QUEUE]),
};

/// What the Wi-Fi handler saw, for the next turn: the SDK may call it while a turn runs.
static ONLINE: AtomicBool = AtomicBool::new(false);
static REASON: AtomicU8 = AtomicU8::new(0);

/// The SDK asks for the flash map before anything else. The map goes with the size in the image's header.
#[unsafe(no_mangle)]
extern "C" fn user_pre_init() {
    // SAFETY: the table is static, and nobody else uses it.
    unsafe {
        let number = sdk::system_get_flash_size_map();
        let Some(map) = Map::numbered(number) else { return };
        let (table, count) = map.table();
        *STATICS.partitions.get() = table;
        sdk::system_partition_table_regist(STATICS.partitions.get().cast(), count as u32, number);
    }
}

/// Sets up a node; the rest happens when the SDK is ready. Called by `user_init`, which [`entry!`](crate::entry) writes.
///
/// `block` is the identity's place in flash; the memory is the node's, and that for a copy of the identity.
pub fn start(program: &'static Program, block: &'static [u32], (memory, copy): (Memory<'static>, &'static mut [u32])) {
    let mut pins = Pins::new();
    pins.log(&[program.node.as_bytes(), b" of ", program.fleet.as_bytes()]);
    let restart = failure::last();
    if let Some(restart) = restart {
        pins.log(&[b"restarted: ", restart.cause.as_bytes()]);
    }
    let identity = identity(block, copy);
    if program.network.is_some() {
        match identity {
            Ok(_) => {}
            Err(identity::Fault::Empty) => pins.log(&[b"no identity, no network"]),
            Err(_) => pins.log(&[b"damaged identity, no network"]),
        }
    }
    let identity = identity.ok().filter(|_| program.network.is_some());
    let mut transport = Transport::new();
    let who = Who {
        client_id: identity.map(|own| own.client_id).filter(|id| !id.is_empty()).unwrap_or(program.node),
        credentials: identity.and_then(|own| transport.prove(own)),
        names: identity.and_then(|own| Names::read(own.names)).filter(|names| !names.is_empty()),
    };
    // SAFETY: plain questions to the SDK.
    let (seed, micros) = unsafe { (sdk::os_random(), sdk::system_get_time()) };
    let mut node = Node::new(program, who, memory, seed);
    if let Some(restart) = restart {
        node.restarted(restart);
    }
    let platform = Platform {
        node,
        pins,
        clock: Clock::at(micros),
        link: Link::new(),
        transport,
        network: identity.map(|own| Network {
            broker: own.broker,
            #[cfg(feature = "cluster")]
            others: own.others,
            // The nodes of a fleet spread over its brokers.
            #[cfg(feature = "cluster")]
            turn: seed as usize % (1 + own.others.split('\0').count()),
            port: own.port,
            callbacks: &CALLBACKS,
        }),
        station: identity.map_or_else(Station::off, |own| Station::new(&own, wifi)),
    };
    // SAFETY: the node is not running yet, so nobody looks there; what the SDK gets is static.
    unsafe {
        *STATICS.platform.get() = Some(platform);
        sdk::system_os_task(turn, PRIORITY, STATICS.queue.get().cast(), QUEUE as u8);
        for timer in [STATICS.timer.get(), STATICS.sampler.get()] {
            sdk::ets_timer_setfn(timer, due, core::ptr::null_mut());
        }
        sdk::system_init_done_cb(ready);
    }
}

/// The identity, copied from flash, which can be read by words only.
fn identity(block: &'static [u32], copy: &'static mut [u32]) -> Result<Identity<'static>, identity::Fault> {
    for (to, from) in copy.iter_mut().zip(block) {
        // SAFETY: a word of flash. Another program wrote it after the compiler saw it, which `volatile` tells.
        *to = unsafe { core::ptr::from_ref(from).read_volatile() };
    }
    // SAFETY: words are whole bytes, and every byte is one.
    let bytes = unsafe { core::slice::from_raw_parts(copy.as_ptr().cast::<u8>(), size_of_val(copy)) };
    Identity::read(bytes)
}

/// What the SDK called for.
enum Call<'a> {
    Ready,
    Turn,
    Found(Option<[u8; 4]>),
    Connected,
    Received(&'a [u8]),
    Sent,
    Ended,
}

/// Lets the platform act, in one place for all callbacks: flash is short. A call from within another one is passed
/// over: what it would say, a deadline of the link or the keep-alive says later.
fn act(call: Call<'_>) {
    if STATICS.busy.replace(true) {
        return;
    }
    // SAFETY: `busy` keeps a second reference away.
    if let Some(platform) = unsafe { &mut *STATICS.platform.get() } {
        // SAFETY: a plain question to the SDK.
        let now = platform.clock.now(unsafe { sdk::system_get_time() });
        let turn = matches!(call, Call::Turn);
        platform.act(call, now);
        if !turn {
            // SAFETY: the task is registered. A full queue has turns in it.
            unsafe { sdk::system_os_post(PRIORITY, 0, 0) };
        }
    }
    STATICS.busy.set(false);
}

extern "C" fn ready() {
    act(Call::Ready);
}

extern "C" fn due(_: *mut c_void) {
    act(Call::Turn);
}

extern "C" fn turn(_: *mut sdk::Event) {
    act(Call::Turn);
}

impl Platform {
    fn act(&mut self, call: Call<'_>, now: Instant) {
        let Self { node, pins, link, transport, network, station, .. } = self;
        match call {
            Call::Ready => {
                node.start(now, pins);
                #[cfg(feature = "dims")]
                super::dimmers::begin();
                if pins.watched {
                    // SAFETY: the timer is static and has its function.
                    unsafe { sdk::ets_timer_arm_new(STATICS.sampler.get(), SAMPLE_MS, true, true) };
                }
                station.join(now);
            }
            Call::Turn => self.turn(now),
            Call::Found(address) => {
                if let Some(network) = network {
                    transport.with_endpoint(node, pins, |endpoint| link.resolved(address, endpoint, network, now));
                }
            }
            Call::Connected => transport.with_endpoint(node, pins, |endpoint| link.connected(endpoint, now)),
            Call::Received(bytes) => {
                if link.is_open() {
                    transport.received(bytes, node, pins, now);
                }
            }
            Call::Sent => transport.with_endpoint(node, pins, |endpoint| link.sent(endpoint, now)),
            Call::Ended => transport.with_endpoint(node, pins, |endpoint| link.ended(endpoint, now)),
        }
    }

    /// Does what is due, and sets the timer for what comes next.
    fn turn(&mut self, now: Instant) {
        self.report_wifi();
        let Self { node, pins, link, transport, network, station, .. } = self;
        station.poll(link.online(), now);
        let mut next = node.poll(now, pins);
        if let Some(due) = transport.serve(node, pins, now) {
            next = Some(next.map_or(due, |next| next.min(due)));
        }
        if let Some(network) = network {
            transport.with_endpoint(node, pins, |endpoint| link.serve(endpoint, network, now));
        }
        if let Socket::Closed { until } = node.socket(now) {
            next = Some(next.map_or(until, |next| next.min(until)));
        }
        let longest = if station.is_settled(link.online()) && link.is_settled() { LONG_SLEEP } else { SHORT_SLEEP };
        let sleep = next.map_or(longest, |next| next.since(now).min(longest)).as_millis().max(1);
        // SAFETY: the timer is static and has its function.
        unsafe { sdk::ets_timer_arm_new(STATICS.timer.get(), sleep as u32, false, true) };
    }

    fn report_wifi(&mut self) {
        let online = ONLINE.load(Ordering::Relaxed);
        if online != self.link.online() {
            self.pins.log(&[if online { b"Wi-Fi is there" } else { b"Wi-Fi is gone" }]);
            self.link.interface(online);
        }
        let reason = REASON.load(Ordering::Relaxed);
        if reason != 0 {
            REASON.store(0, Ordering::Relaxed);
            // SAFETY: one number for one `%u`.
            unsafe { sdk::os_printf_plus(c"no Wi-Fi, reason %u\n".as_ptr(), u32::from(reason)) };
        }
    }
}

extern "C" fn wifi(event: *mut sdk::SystemEvent) {
    /// The reason that was told last: a station that finds no network says so every few seconds.
    static TOLD: AtomicU8 = AtomicU8::new(0);
    // SAFETY: the SDK hands over an event that is whole, and a disconnection has its reason.
    unsafe {
        match (*event).event {
            sdk::EVENT_GOT_IP => {
                TOLD.store(0, Ordering::Relaxed);
                ONLINE.store(true, Ordering::Relaxed);
            }
            sdk::EVENT_DISCONNECTED => {
                ONLINE.store(false, Ordering::Relaxed);
                let reason = (*event).reason;
                if TOLD.load(Ordering::Relaxed) != reason {
                    TOLD.store(reason, Ordering::Relaxed);
                    REASON.store(reason, Ordering::Relaxed);
                }
            }
            _ => return,
        }
        // The task is registered. A full queue has turns in it.
        sdk::system_os_post(PRIORITY, 0, 0);
    }
}

static CALLBACKS: Callbacks = Callbacks { found, connected, received, sent, ended, failed };

extern "C" fn found(_: *const c_char, address: *const [u8; 4], _: *mut c_void) {
    // SAFETY: null where nothing was found, else an address that lives as long as this call.
    act(Call::Found(unsafe { address.as_ref() }.copied()));
}

extern "C" fn connected(_: *mut c_void) {
    act(Call::Connected);
}

extern "C" fn received(_: *mut c_void, bytes: *mut u8, length: u16) {
    if !bytes.is_null() {
        // SAFETY: the SDK hands over so many bytes, which live as long as this call.
        act(Call::Received(unsafe { core::slice::from_raw_parts(bytes, usize::from(length)) }));
    }
}

extern "C" fn sent(_: *mut c_void) {
    act(Call::Sent);
}

extern "C" fn ended(_: *mut c_void) {
    act(Call::Ended);
}

extern "C" fn failed(_: *mut c_void, _: i8) {
    act(Call::Ended);
}
