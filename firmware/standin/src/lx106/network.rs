//! `espconn`: one TCP connection, which the tools make. Strict where the SDK is: one buffer on its way, an end
//! that is reported later, pointers that must stay.

use super::channel::{fault, send};
use super::espconn::{
    ARGUMENT, CLOSE, CONNECT, Espconn, IN_PROGRESS, NO_ROUTE, OK, TCP, TOO_MANY, WRITE, call, is_within,
};
use super::single::Single;
use super::{clock, wifi};
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use fleetwright_protocol::FromNode;
use fleetwright_protocol::frame::LONGEST;

/// What the callback of a failure is told: `ESPCONN_TIMEOUT` and `ESPCONN_ABRT`.
const TIMEOUT: i8 = -3;
const ABORTED: i8 = -8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum ConnectionPhase {
    Unknown,
    Connecting,
    Open,
    /// Its end is reported at that time: as a failure with this reason, or as a disconnection.
    Ended {
        report: u32,
        failure: Option<i8>,
    },
}

struct NetworkState {
    connection: Cell<*mut Espconn>,
    phase: Cell<ConnectionPhase>,
    sending: Cell<bool>,
    /// How long after the end of a connection it is reported, in milliseconds.
    end_delay: Cell<u32>,
}

static STATE: Single<NetworkState> = Single(NetworkState {
    connection: Cell::new(core::ptr::null_mut()),
    phase: Cell::new(ConnectionPhase::Unknown),
    sending: Cell::new(false),
    end_delay: Cell::new(0),
});

fn state() -> &'static NetworkState {
    &STATE
}

/// How many connections the SDK would hold memory for.
pub(super) fn known() -> u32 {
    u32::from(state().phase.get() != ConnectionPhase::Unknown)
}

/// The ends of connections are reported so late.
pub(super) fn delay_ends(milliseconds: u32) {
    state().end_delay.set(milliseconds);
}

/// When the end of a connection is due to be reported.
pub(super) fn next_end() -> Option<u32> {
    match state().phase.get() {
        ConnectionPhase::Ended { report, .. } => Some(report),
        _ => None,
    }
}

/// The connection's structure. Called where a connection is known, so that there is one.
fn connection() -> &'static mut Espconn {
    // SAFETY: the node keeps its structure where it is as long as the SDK knows it, and touches it from no interrupt.
    unsafe { &mut *state().connection.get() }
}

fn argument() -> *mut c_void {
    state().connection.get().cast()
}

/// The connection is there.
pub(super) fn connected() {
    if state().phase.get() == ConnectionPhase::Connecting && wifi::joined() {
        state().phase.set(ConnectionPhase::Open);
        connection().state = CONNECT;
        // SAFETY: checked when the connection began, and it stays.
        call(unsafe { (*connection().protocol).on_connect }, |callback| callback(argument()));
    }
}

/// The connection is gone, or could not be made.
pub(super) fn gone(failed: bool) {
    // Without Wi-Fi nothing arrives, not even an end.
    if matches!(state().phase.get(), ConnectionPhase::Connecting | ConnectionPhase::Open) && wifi::joined() {
        end(failed.then_some(TIMEOUT));
    }
}

/// The connection is over; a task of the SDK reports it later.
fn end(failure: Option<i8>) {
    connection().state = CLOSE;
    state().phase.set(ConnectionPhase::Ended { report: clock::now() + state().end_delay.get(), failure });
    state().sending.set(false);
}

/// Bytes that were sent arrived.
pub(super) fn sent() {
    if state().phase.get() == ConnectionPhase::Open && state().sending.replace(false) {
        connection().state = CONNECT;
        call(connection().on_sent, |callback| callback(argument()));
    }
}

/// Bytes came, at most a segment of them.
pub(super) fn received(bytes: &mut [u8]) {
    if state().phase.get() == ConnectionPhase::Open && wifi::joined() {
        let length = bytes.len() as u16;
        call(connection().on_receive, |callback| callback(argument(), bytes.as_mut_ptr(), length));
    }
}

/// Reports the end of a connection, if that is due.
pub(super) fn run_ended() -> bool {
    let ConnectionPhase::Ended { report, failure } = state().phase.get() else { return false };
    if report > clock::now() {
        return false;
    }
    state().phase.set(ConnectionPhase::Unknown);
    // SAFETY: checked when the connection began, and it stays.
    let (on_failure, on_disconnect) =
        unsafe { ((*connection().protocol).on_failure, (*connection().protocol).on_disconnect) };
    match failure {
        Some(reason) => call(on_failure, |callback| callback(argument(), reason)),
        None => call(on_disconnect, |callback| callback(argument())),
    }
    true
}

fn is_known(connection: *mut Espconn) -> bool {
    state().connection.get() == connection && state().phase.get() != ConnectionPhase::Unknown
}

/// # Safety
///
/// `connection` points to a `struct espconn` or nowhere, and that to an `esp_tcp`.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_connect(connection: *mut Espconn) -> c_int {
    // SAFETY: the caller's promise.
    let Some(asked) = (unsafe { connection.as_mut() }) else { return ARGUMENT };
    if asked.kind != TCP || asked.protocol.is_null() {
        return ARGUMENT;
    }
    if state().phase.get() != ConnectionPhase::Unknown {
        fault("espconn_connect while the connection before is known: the SDK answers ESPCONN_ISCONN");
    }
    if !wifi::joined() {
        return NO_ROUTE;
    }
    // SAFETY: the caller's promise.
    let (address, port) = unsafe { ((*asked.protocol).remote_ip, (*asked.protocol).remote_port) };
    state().connection.set(connection);
    state().phase.set(ConnectionPhase::Connecting);
    send(&FromNode::Connect { address, port: port as u16 });
    OK
}

/// Sends bytes over a connection.
pub(super) fn write(connection: &mut Espconn, bytes: &[u8]) -> c_int {
    if !is_known(connection) || state().phase.get() != ConnectionPhase::Open {
        return ARGUMENT;
    }
    if state().sending.replace(true) {
        return TOO_MANY;
    }
    connection.state = WRITE;
    // Without Wi-Fi bytes go nowhere, and nobody says so.
    if wifi::joined() {
        for part in bytes.chunks(LONGEST) {
            send(&FromNode::Send(part));
        }
    }
    OK
}

#[unsafe(no_mangle)]
extern "C" fn espconn_abort(asked: *mut Espconn) -> c_int {
    if is_within() {
        fault("espconn_abort within a callback of the connection: the SDK crashes");
    }
    if !is_known(asked) {
        return ARGUMENT;
    }
    if connection().state == CLOSE {
        return IN_PROGRESS;
    }
    end(Some(ABORTED));
    send(&FromNode::Disconnect);
    OK
}

#[unsafe(no_mangle)]
extern "C" fn espconn_port() -> u32 {
    // The range that lwIP takes; the tools have ports of their own.
    0x1000 + (clock::now() & 0xFFF)
}
