//! What TCP and UDP share of `espconn`: the structures, the answers, and the callbacks, which lie in the node's own
//! structures, as they do on the chip.
//!
//! Answers are what Espressif's code leaves in the register, read in the disassembly of `liblwip.a` of SDK 3.0.6. The
//! functions are declared `sint8`, but `espconn_abort`, `_connect`, `_create`, `_delete`, `_get_connection_info`,
//! `_regist_*` and `_send` load negative answers as bytes (`movi a2, 244`) or cut them to bytes (`extui a2, a2, 0, 8`), so
//! that the upper bits are zero. `espconn_gethostbyname` alone hands on a number with its sign (`movi.n a2, -5`).

use super::single::Single;
use core::cell::Cell;
use core::ffi::{c_int, c_void};

pub(super) const OK: c_int = 0;
/// `ESPCONN_RTE`, -4: the station has no address.
pub(super) const NO_ROUTE: c_int = 252;
/// `ESPCONN_INPROGRESS`, -5.
pub(super) const IN_PROGRESS: c_int = 251;
/// `ESPCONN_MAXNUM`, -7.
pub(super) const TOO_MANY: c_int = 249;
/// `ESPCONN_ARG`, -12.
pub(super) const ARGUMENT: c_int = 244;
/// `ESPCONN_ISCONN`, -15.
pub(super) const IS_CONNECTED: c_int = 241;
/// `ESPCONN_INPROGRESS` of `espconn_gethostbyname`, the one answer with its sign.
pub(super) const RESOLVING: c_int = -5;

/// `enum espconn_type`.
pub(super) const TCP: c_int = 0x10;
pub(super) const UDP: c_int = 0x20;

/// `enum espconn_state`.
pub(super) const CONNECT: c_int = 3;
pub(super) const WRITE: c_int = 4;
pub(super) const CLOSE: c_int = 6;

pub(super) type Done = extern "C" fn(*mut c_void);
pub(super) type Received = extern "C" fn(*mut c_void, *mut u8, u16);
pub(super) type Failed = extern "C" fn(*mut c_void, i8);

/// `esp_tcp`, and as far as `remote_ip` `esp_udp`.
#[repr(C)]
pub(super) struct Protocol {
    pub(super) remote_port: c_int,
    pub(super) local_port: c_int,
    pub(super) local_ip: [u8; 4],
    pub(super) remote_ip: [u8; 4],
    pub(super) on_connect: Option<Done>,
    pub(super) on_failure: Option<Failed>,
    pub(super) on_disconnect: Option<Done>,
}

/// `struct espconn`.
#[repr(C)]
pub(super) struct Espconn {
    pub(super) kind: c_int,
    pub(super) state: c_int,
    pub(super) protocol: *mut Protocol,
    pub(super) on_receive: Option<Received>,
    pub(super) on_sent: Option<Done>,
    pub(super) link_count: u8,
}

/// Whether one of the callbacks runs.
static WITHIN: Single<Cell<bool>> = Single(Cell::new(false));

/// Whether one of the callbacks runs: then nothing may be ended.
pub(super) fn is_within() -> bool {
    WITHIN.get()
}

/// Runs a callback, if there is one.
pub(super) fn call<T>(callback: Option<T>, run: impl FnOnce(T)) {
    if let Some(callback) = callback {
        WITHIN.set(true);
        run(callback);
        WITHIN.set(false);
    }
}

macro_rules! registrations {
    ($($name:ident($connection:ident, $callback:ident: $kind:ty) => $field:expr;)+) => {$(
        /// # Safety
        ///
        /// `connection` points to a `struct espconn` or nowhere; where the callback belongs to TCP, that to an `esp_tcp`.
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($connection: *mut Espconn, $callback: $kind) -> c_int {
            if $connection.is_null() {
                return ARGUMENT;
            }
            // SAFETY: the caller's promise.
            unsafe { $field = Some($callback) };
            OK
        }
    )+};
}

registrations! {
    espconn_regist_connectcb(connection, callback: Done) => (*(*connection).protocol).on_connect;
    espconn_regist_disconcb(connection, callback: Done) => (*(*connection).protocol).on_disconnect;
    espconn_regist_reconcb(connection, callback: Failed) => (*(*connection).protocol).on_failure;
    espconn_regist_recvcb(connection, callback: Received) => (*connection).on_receive;
    espconn_regist_sentcb(connection, callback: Done) => (*connection).on_sent;
}
