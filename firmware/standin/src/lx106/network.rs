//! `espconn`: one TCP connection, which the tools make. Strict where the SDK is: one buffer on its way, an end
//! that is reported later, pointers that must stay.

use super::channel::{fault, send};
use super::single::Single;
use super::{clock, wifi};
use core::cell::Cell;
use core::ffi::{CStr, c_char, c_int, c_void};
use fleetwright_protocol::FromNode;
use fleetwright_protocol::frame::LONGEST;

const OK: i8 = 0;
const TIMEOUT: i8 = -3;
const IN_PROGRESS: i8 = -5;
const TOO_MANY: i8 = -7;
const ARGUMENT: i8 = -12;
const IS_CONNECTED: i8 = -15;
const ABORTED: i8 = -8;
const TCP: c_int = 0x10;

type Done = extern "C" fn(*mut c_void);
type Received = extern "C" fn(*mut c_void, *mut u8, u16);
type Failed = extern "C" fn(*mut c_void, i8);
type Found = extern "C" fn(*const c_char, *const [u8; 4], *mut c_void);

/// `esp_tcp`.
#[repr(C)]
struct EspTcp {
    remote_port: c_int,
    local_port: c_int,
    local_ip: [u8; 4],
    remote_ip: [u8; 4],
}

/// `struct espconn`, as far as it is looked at.
#[repr(C)]
struct Espconn {
    kind: c_int,
    state: c_int,
    tcp: *mut EspTcp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ConnectionPhase {
    Unknown,
    Connecting,
    Open,
    /// Ended by the node; reported when its callback is done.
    Ended,
}

struct NetworkState {
    connection: Cell<*mut Espconn>,
    phase: Cell<ConnectionPhase>,
    sending: Cell<bool>,
    on_connect: Cell<Option<Done>>,
    on_disconnect: Cell<Option<Done>>,
    on_sent: Cell<Option<Done>>,
    on_failure: Cell<Option<Failed>>,
    on_receive: Cell<Option<Received>>,
    asked: Cell<Option<(Found, *const c_char)>>,
    /// Whether one of the connection's callbacks runs.
    within: Cell<bool>,
}

impl NetworkState {
    const fn new() -> Self {
        Self {
            connection: Cell::new(core::ptr::null_mut()),
            phase: Cell::new(ConnectionPhase::Unknown),
            sending: Cell::new(false),
            on_connect: Cell::new(None),
            on_disconnect: Cell::new(None),
            on_sent: Cell::new(None),
            on_failure: Cell::new(None),
            on_receive: Cell::new(None),
            asked: Cell::new(None),
            within: Cell::new(false),
        }
    }
}

static STATE: Single<NetworkState> = Single(NetworkState::new());

fn state() -> &'static NetworkState {
    &STATE
}

/// How many connections the SDK would hold memory for.
pub(super) fn known() -> u32 {
    u32::from(state().phase.get() != ConnectionPhase::Unknown)
}

fn argument() -> *mut c_void {
    state().connection.get().cast()
}

/// Runs a callback of the connection.
fn call<T>(callback: &Cell<Option<T>>, run: impl FnOnce(&T))
where
    T: Copy,
{
    if let Some(callback) = callback.get() {
        state().within.set(true);
        run(&callback);
        state().within.set(false);
    }
}

/// The name was found, or nobody has it.
pub(super) fn found(address: Option<[u8; 4]>) {
    let Some((callback, name)) = state().asked.take() else { return };
    let address = address.filter(|_| wifi::joined());
    let pointer = address.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    callback(name, pointer, argument());
}

/// The connection is there.
pub(super) fn connected() {
    if state().phase.get() == ConnectionPhase::Connecting && wifi::joined() {
        state().phase.set(ConnectionPhase::Open);
        call(&state().on_connect, |callback| callback(argument()));
    }
}

/// The connection is gone, or could not be made.
pub(super) fn gone(failed: bool) {
    // Without Wi-Fi nothing arrives, not even an end.
    if !matches!(state().phase.get(), ConnectionPhase::Connecting | ConnectionPhase::Open) || !wifi::joined() {
        return;
    }
    forget();
    if failed {
        call(&state().on_failure, |callback| callback(argument(), TIMEOUT));
    } else {
        call(&state().on_disconnect, |callback| callback(argument()));
    }
}

fn forget() {
    state().phase.set(ConnectionPhase::Unknown);
    state().sending.set(false);
}

/// Bytes that were sent arrived.
pub(super) fn sent() {
    if state().phase.get() == ConnectionPhase::Open && state().sending.replace(false) {
        call(&state().on_sent, |callback| callback(argument()));
    }
}

/// Bytes came, at most a segment of them.
pub(super) fn received(bytes: &mut [u8]) {
    if state().phase.get() == ConnectionPhase::Open && wifi::joined() {
        call(&state().on_receive, |callback| callback(argument(), bytes.as_mut_ptr(), bytes.len() as u16));
    }
}

/// Reports a connection that the node ended.
pub(super) fn run_ended() -> bool {
    if state().phase.get() != ConnectionPhase::Ended {
        return false;
    }
    forget();
    call(&state().on_failure, |callback| callback(argument(), ABORTED));
    true
}

fn is_known(connection: *mut Espconn) -> bool {
    state().connection.get() == connection && state().phase.get() != ConnectionPhase::Unknown
}

/// # Safety
///
/// `connection` points to a `struct espconn`, and that to an `esp_tcp`.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_connect(connection: *mut Espconn) -> i8 {
    if state().phase.get() != ConnectionPhase::Unknown {
        return IS_CONNECTED;
    }
    // SAFETY: the caller's promise.
    let (kind, tcp) = unsafe { ((*connection).kind, (*connection).tcp) };
    if kind != TCP || tcp.is_null() || state().connection.get() != connection {
        return ARGUMENT;
    }
    // SAFETY: the caller's promise.
    let (address, port) = unsafe { ((*tcp).remote_ip, (*tcp).remote_port) };
    state().phase.set(ConnectionPhase::Connecting);
    send(&FromNode::Connect { address, port: port as u16 });
    OK
}

/// # Safety
///
/// `bytes` points to so many bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_send(connection: *mut Espconn, bytes: *const u8, length: u16) -> i8 {
    if !is_known(connection) || state().phase.get() != ConnectionPhase::Open || length == 0 {
        return ARGUMENT;
    }
    if state().sending.replace(true) {
        return TOO_MANY;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(bytes, length.into()) };
    // Without Wi-Fi bytes go nowhere, and nobody says so.
    if wifi::joined() {
        for part in bytes.chunks(LONGEST) {
            send(&FromNode::Send(part));
        }
    }
    OK
}

#[unsafe(no_mangle)]
extern "C" fn espconn_abort(connection: *mut Espconn) -> i8 {
    if state().within.get() {
        fault("espconn_abort within a callback of the connection: the SDK crashes");
    }
    if !is_known(connection) {
        return ARGUMENT;
    }
    state().phase.set(ConnectionPhase::Ended);
    send(&FromNode::Disconnect);
    OK
}

#[unsafe(no_mangle)]
extern "C" fn espconn_port() -> u32 {
    // The range that lwIP takes; the tools have ports of their own.
    0x1000 + (clock::now() & 0xFFF)
}

/// # Safety
///
/// `name` ends with a zero and stays; `address` can be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_gethostbyname(
    connection: *mut Espconn,
    name: *const c_char,
    address: *mut [u8; 4],
    callback: Found,
) -> i8 {
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(name) }.to_bytes();
    if let Some(known) = dotted(text) {
        // SAFETY: the caller's promise.
        unsafe { *address = known };
        return OK;
    }
    state().connection.set(connection);
    state().asked.set(Some((callback, name)));
    send(&FromNode::Resolve(text));
    IN_PROGRESS
}

fn dotted(text: &[u8]) -> Option<[u8; 4]> {
    let mut address = [0; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for part in &mut address {
        *part = core::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
    }
    parts.next().is_none().then_some(address)
}

macro_rules! registrations {
    ($($name:ident: $kind:ty => $field:ident;)+) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(connection: *mut Espconn, callback: $kind) -> i8 {
            state().connection.set(connection);
            state().$field.set(Some(callback));
            OK
        }
    )+};
}

registrations! {
    espconn_regist_connectcb: Done => on_connect;
    espconn_regist_disconcb: Done => on_disconnect;
    espconn_regist_sentcb: Done => on_sent;
    espconn_regist_reconcb: Failed => on_failure;
    espconn_regist_recvcb: Received => on_receive;
}
