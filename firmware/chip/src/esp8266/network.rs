//! One TCP connection of the SDK's `espconn`, for [`crate::link`].

use super::sdk;
use crate::link::{Found, Tcp};
#[cfg(feature = "mdns")]
use crate::search::Search;
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_void};
use fleetwright_node::Instant;

/// What the SDK calls when something happened to the connection.
pub(crate) struct Callbacks {
    pub(crate) found: extern "C" fn(*const c_char, *const [u8; 4], *mut c_void),
    pub(crate) connected: extern "C" fn(*mut c_void),
    pub(crate) received: extern "C" fn(*mut c_void, *mut u8, u16),
    #[cfg(feature = "mdns")]
    pub(crate) datagram: extern "C" fn(*mut c_void, *mut u8, u16),
    pub(crate) sent: extern "C" fn(*mut c_void),
    pub(crate) ended: extern "C" fn(*mut c_void),
    pub(crate) failed: extern "C" fn(*mut c_void, i8),
}

/// The SDK's side of the connection. It stays where it is, since the SDK keeps pointers to it.
struct Connection {
    espconn: UnsafeCell<sdk::Espconn>,
    tcp: UnsafeCell<sdk::EspTcp>,
    address: UnsafeCell<sdk::IpAddress>,
}

// SAFETY: one core, and nothing of this is touched from an interrupt.
unsafe impl Sync for Connection {}

static CONNECTION: Connection = Connection {
    espconn: UnsafeCell::new(sdk::Espconn::new(sdk::ESPCONN_TCP)),
    tcp: UnsafeCell::new(sdk::EspTcp {
        remote_port: 0,
        local_port: 0,
        local_ip: [0; 4],
        remote_ip: [0; 4],
        callbacks: [None; 4],
    }),
    address: UnsafeCell::new(sdk::IpAddress([0; 4])),
};

/// The network as a node's link sees it.
pub(crate) struct Network {
    /// The broker's name, with a zero behind it.
    pub(crate) broker: &'static str,
    /// The others of its cluster, each with a zero behind it.
    #[cfg(feature = "cluster")]
    pub(crate) others: &'static str,
    /// Whose turn is next, of all of them.
    #[cfg(feature = "cluster")]
    pub(crate) turn: usize,
    pub(crate) port: u16,
    /// The look-up of a name that ends with `.local`.
    #[cfg(feature = "mdns")]
    pub(crate) search: Search,
    pub(crate) callbacks: &'static Callbacks,
}

impl Network {
    /// The name of the broker for the next connection.
    #[cfg(not(feature = "cluster"))]
    fn next(&mut self) -> &'static str {
        self.broker
    }

    /// The name of the broker for the next connection: each time the next of the cluster.
    #[cfg(feature = "cluster")]
    fn next(&mut self) -> &'static str {
        let names = || core::iter::once(self.broker).chain(self.others.split('\0'));
        let name = names().nth(self.turn);
        self.turn = if name.is_some() { self.turn + 1 } else { 1 };
        name.unwrap_or(self.broker)
    }
}

impl Tcp for Network {
    fn resolve(&mut self, now: Instant) -> Found {
        let name = self.next();
        #[cfg(feature = "mdns")]
        if self.search.begin(name, now) {
            return Found::Later;
        }
        #[cfg(not(feature = "mdns"))]
        let _ = now;
        let (espconn, address) = (CONNECTION.espconn.get(), CONNECTION.address.get());
        // SAFETY: the name ends with a zero, as `identity` made sure; the rest is static.
        let answer =
            unsafe { sdk::espconn_gethostbyname(espconn, name.as_ptr().cast(), address, self.callbacks.found) };
        match sdk::answer(answer) {
            // SAFETY: the SDK writes there before it answers so, and not later.
            sdk::ESPCONN_OK => Found::Address(unsafe { (*address).0 }),
            sdk::ESPCONN_INPROGRESS => Found::Later,
            _ => Found::Nowhere,
        }
    }

    fn connect(&mut self, address: [u8; 4]) -> bool {
        let (espconn, tcp) = (CONNECTION.espconn.get(), CONNECTION.tcp.get());
        // SAFETY: the link asks for a connection only when the SDK has forgotten the one before, so nobody else looks
        // at these; all pointers are to statics.
        unsafe {
            (*espconn).kind = sdk::ESPCONN_TCP;
            (*espconn).state = 0;
            (*espconn).protocol = tcp.cast();
            (*tcp).remote_port = c_int::from(self.port);
            (*tcp).local_port = sdk::espconn_port() as c_int;
            (*tcp).remote_ip = address;
            sdk::espconn_regist_connectcb(espconn, self.callbacks.connected);
            sdk::espconn_regist_disconcb(espconn, self.callbacks.ended);
            sdk::espconn_regist_reconcb(espconn, self.callbacks.failed);
            sdk::espconn_regist_recvcb(espconn, self.callbacks.received);
            sdk::espconn_regist_sentcb(espconn, self.callbacks.sent);
            sdk::answer(sdk::espconn_connect(espconn)) == sdk::ESPCONN_OK
        }
    }

    fn send(&mut self, bytes: &[u8]) -> bool {
        let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
        // SAFETY: the bytes lie in the node's transmit buffer, which is static, and stay until the SDK says `sent`.
        let answer = unsafe { sdk::espconn_send(CONNECTION.espconn.get(), bytes.as_ptr(), length) };
        sdk::answer(answer) == sdk::ESPCONN_OK
    }

    // Once in the program instead of at each of the link's calls: flash is short.
    #[inline(never)]
    fn abort(&mut self) -> bool {
        // Not `espconn_disconnect`: that waits for a peer who may be gone for good, and keeps memory meanwhile.
        // SAFETY: the SDK looks for the connection by its pointer, and says so if there is none.
        let answer = unsafe { sdk::espconn_abort(CONNECTION.espconn.get()) };
        matches!(sdk::answer(answer), sdk::ESPCONN_OK | sdk::ESPCONN_INPROGRESS)
    }
}
