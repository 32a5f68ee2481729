//! Sets up a node when the SDK calls for it: its identity, its memory and the callbacks.

use super::board::Pins;
use super::network::Network;
use super::platform::{Platform, QUEUE, STATICS};
use super::transport::Transport;
use super::wifi::Station;
use super::{callbacks, failure, sdk, task};
use crate::clock::Clock;
use crate::identity::{self, Identity};
use crate::link::Link;
#[cfg(feature = "mdns")]
use crate::search::Search;
use fleetwright_node::{Board, Identity as Account, Memory, Names, Node, Program};

/// Sets up a node; the rest happens when the SDK is ready. Called by `user_init`, which [`entry!`](crate::entry)
/// writes.
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
    let account = Account {
        client_id: identity.map(|own| own.client_id).filter(|id| !id.is_empty()).unwrap_or(program.node),
        credentials: identity.and_then(|own| transport.prove(own)),
        names: identity.and_then(|own| Names::read(own.names)).filter(|names| !names.is_empty()),
    };
    // SAFETY: plain questions to the SDK.
    let (seed, micros) = unsafe { (sdk::os_random(), sdk::system_get_time()) };
    let mut node = Node::new(program, account, memory, seed);
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
            #[cfg(feature = "mdns")]
            search: Search::new(),
            callbacks: &callbacks::CALLBACKS,
        }),
        station: identity.map_or_else(Station::off, |own| Station::new(&own)),
    };
    // SAFETY: the node is not running yet, so nobody looks there; what the SDK gets is static.
    unsafe {
        *STATICS.platform.get() = Some(platform);
        sdk::system_os_task(callbacks::turn, task::PRIORITY, STATICS.queue.get().cast(), QUEUE as u8);
        for timer in [STATICS.timer.get(), STATICS.sampler.get()] {
            sdk::ets_timer_setfn(timer, callbacks::due, core::ptr::null_mut());
        }
        sdk::system_init_done_cb(callbacks::ready);
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
