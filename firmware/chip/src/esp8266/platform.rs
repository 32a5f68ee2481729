//! The node's loop on the chip: the SDK calls, the node acts, and a timer tells when to call again.
//!
//! The SDK has one thread: its timers, tasks and callbacks come one after the other, never from an interrupt. Callbacks
//! of a connection only note what happened, since a connection must not be ended from within them; the rest is done in
//! a turn, which they ask for.

use super::board::Pins;
#[cfg(feature = "mdns")]
use super::multicast;
use super::network::Network;
use super::transport::Transport;
use super::wifi::{ONLINE, REASON, Station};
use super::{sdk, task};
use crate::clock::Clock;
#[cfg(feature = "mdns")]
use crate::link::Found;
use crate::link::Link;
use core::cell::{Cell, UnsafeCell};
use core::sync::atomic::Ordering;
use fleetwright_node::{Board, Duration, Instant, Node, Socket};

/// How often inputs are sampled, in milliseconds.
const SAMPLE_MS: u32 = 10;
/// How long a node may sleep while its link or Wi-Fi is on its way: they have deadlines of seconds.
const SHORT_SLEEP: Duration = Duration::seconds(1);
/// How long it may sleep otherwise.
const LONG_SLEEP: Duration = Duration::seconds(60);
/// Events in the queue of the turn's task. One turn that waits is as good as many.
pub(crate) const QUEUE: usize = 2;

/// A node and all that it runs on.
pub(crate) struct Platform {
    pub(crate) node: Node<'static>,
    pub(crate) pins: Pins,
    pub(crate) clock: Clock,
    pub(crate) link: Link,
    pub(crate) transport: Transport,
    pub(crate) network: Option<Network>,
    pub(crate) station: Station,
}

/// What must be where it is for as long as the node runs.
pub(crate) struct Statics {
    pub(crate) platform: UnsafeCell<Option<Platform>>,
    pub(crate) busy: Cell<bool>,
    pub(crate) timer: UnsafeCell<sdk::Timer>,
    pub(crate) sampler: UnsafeCell<sdk::Timer>,
    pub(crate) queue: UnsafeCell<[sdk::Event; QUEUE]>,
}

// SAFETY: the SDK has one thread, as said above.
unsafe impl Sync for Statics {}

/// A timer that is not armed.
const IDLE: sdk::Timer =
    sdk::Timer { next: core::ptr::null_mut(), expire: 0, period: 0, function: None, argument: core::ptr::null_mut() };

pub(crate) static STATICS: Statics = Statics {
    platform: UnsafeCell::new(None),
    busy: Cell::new(false),
    timer: UnsafeCell::new(IDLE),
    sampler: UnsafeCell::new(IDLE),
    queue: UnsafeCell::new([const { sdk::Event { signal: 0, parameter: 0 } }; QUEUE]),
};

/// What the SDK called for.
pub(crate) enum Call<'a> {
    Ready,
    Turn,
    Found(Option<[u8; 4]>),
    Connected,
    Received(&'a [u8]),
    #[cfg(feature = "mdns")]
    Datagram(&'a [u8]),
    Sent,
    Ended,
}

/// Lets the platform act, in one place for all callbacks: flash is short. A call from within another one is passed
/// over: a deadline of the link or the keep-alive makes up for it.
pub(crate) fn act(call: Call<'_>) {
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
            task::post();
        }
    }
    STATICS.busy.set(false);
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
                station.begin(now);
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
            #[cfg(feature = "mdns")]
            Call::Datagram(bytes) => {
                if let (Some(network), Some((sender, own))) = (network, multicast::about_datagram()) {
                    network.search.received(bytes, sender, own);
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
        station.poll(link.online(), link.is_open(), now);
        let mut next = node.poll(now, pins);
        if let Some(due) = transport.serve(node, pins, now) {
            next = Some(next.map_or(due, |next| next.min(due)));
        }
        if let Some(network) = network {
            transport.with_endpoint(node, pins, |endpoint| {
                link.serve(endpoint, network, now);
                #[cfg(feature = "mdns")]
                match network.search.serve(link.is_resolving(), &mut multicast::Socket(network.callbacks.datagram), now)
                {
                    Found::Address(address) => link.resolved(Some(address), endpoint, network, now),
                    Found::Nowhere => link.resolved(None, endpoint, network, now),
                    Found::Later => {}
                }
            });
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
