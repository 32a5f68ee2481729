//! `espconn`: one UDP socket, whose datagrams the tools pass on; and what it shares its functions' names with in TCP.

use super::channel::{fault, send};
use super::espconn::{ARGUMENT, CONNECT, Espconn, IS_CONNECTED, OK, TCP, UDP, WRITE, call, is_within};
use super::single::Single;
use super::{network, wifi};
use core::cell::{Cell, UnsafeCell};
use core::ffi::c_int;
use fleetwright_protocol::FromNode;

/// `remot_info`.
#[repr(C)]
struct Remote {
    state: c_int,
    port: c_int,
    address: [u8; 4],
}

struct SocketState {
    /// The node's structure; null: there is no socket.
    socket: Cell<*mut Espconn>,
    /// Who sent the datagram that arrived last.
    sender: Cell<([u8; 4], u16)>,
    /// What a question for that is answered with.
    remote: UnsafeCell<Remote>,
}

static STATE: Single<SocketState> = Single(SocketState {
    socket: Cell::new(core::ptr::null_mut()),
    sender: Cell::new(([0; 4], 0)),
    remote: UnsafeCell::new(Remote { state: 0, port: 0, address: [0; 4] }),
});

/// How many sockets the SDK would hold memory for.
pub(super) fn known() -> u32 {
    u32::from(!STATE.socket.get().is_null())
}

/// A datagram came for the socket of this port.
pub(super) fn received(port: u16, sender: ([u8; 4], u16), bytes: &mut [u8]) {
    let socket = STATE.socket.get();
    // SAFETY: the node keeps its structures where they are until it deletes the socket.
    let Some(known) = (unsafe { socket.as_mut() }) else { return };
    // SAFETY: as above.
    let own = unsafe { (*known.protocol).local_port };
    if own == c_int::from(port) && wifi::joined() {
        STATE.sender.set(sender);
        call(known.on_receive, |callback| callback(socket.cast(), bytes.as_mut_ptr(), bytes.len() as u16));
    }
}

/// # Safety
///
/// `connection` points to a `struct espconn` or nowhere, and that to an `esp_udp`.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_create(connection: *mut Espconn) -> c_int {
    // SAFETY: the caller's promise.
    let Some(asked) = (unsafe { connection.as_ref() }) else { return ARGUMENT };
    if asked.kind != UDP || asked.protocol.is_null() {
        return ARGUMENT;
    }
    // SAFETY: the caller's promise.
    let port = unsafe { (*asked.protocol).local_port };
    // SAFETY: the node keeps its structures where they are until it deletes the socket.
    if let Some(known) = unsafe { STATE.socket.get().as_ref() } {
        // SAFETY: as above.
        if unsafe { (*known.protocol).local_port } == port {
            return IS_CONNECTED;
        }
        fault("espconn_create while the node has another UDP socket: it forgot that one, and the SDK keeps its memory");
    }
    if !(1..=0xFFFF).contains(&port) {
        fault("espconn_create with a local port that is none");
    }
    STATE.socket.set(connection);
    OK
}

#[unsafe(no_mangle)]
extern "C" fn espconn_delete(connection: *mut Espconn) -> c_int {
    if is_within() {
        fault("espconn_delete within a callback: Espressif's programming guide forbids it");
    }
    if connection.is_null() || STATE.socket.get() != connection {
        return ARGUMENT;
    }
    STATE.socket.set(core::ptr::null_mut());
    OK
}

/// Who sent the datagram whose callback runs.
///
/// # Safety
///
/// `connection` points to a `struct espconn` or nowhere; `remote` can be written.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_get_connection_info(connection: *mut Espconn, remote: *mut *const Remote, _: u8) -> c_int {
    if connection.is_null() || STATE.socket.get() != connection {
        return ARGUMENT;
    }
    let (address, port) = STATE.sender.get();
    // SAFETY: the caller's promise; nobody else looks there.
    unsafe {
        (*connection).link_count = 1;
        *STATE.remote.get() = Remote { state: (*connection).state, port: c_int::from(port), address };
        *remote = STATE.remote.get();
    }
    OK
}

/// # Safety
///
/// `connection` points to a `struct espconn` or nowhere, `bytes` to so many bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_send(connection: *mut Espconn, bytes: *const u8, length: u16) -> c_int {
    // SAFETY: the caller's promise.
    let Some(asked) = (unsafe { connection.as_mut() }) else { return ARGUMENT };
    if bytes.is_null() || length == 0 {
        return ARGUMENT;
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(bytes, length.into()) };
    match asked.kind {
        TCP => network::write(asked, bytes),
        UDP if STATE.socket.get() == connection => send_datagram(asked, bytes),
        _ => ARGUMENT,
    }
}

/// Sends a datagram to where the structure says; the SDK has copied it when it answers, and calls back at once.
fn send_datagram(socket: &mut Espconn, bytes: &[u8]) -> c_int {
    // SAFETY: checked when the socket was made, and it stays.
    let (address, port, from) =
        unsafe { ((*socket.protocol).remote_ip, (*socket.protocol).remote_port, (*socket.protocol).local_port) };
    socket.state = WRITE;
    if wifi::joined() {
        send(&FromNode::Datagram { from: from as u16, address, port: port as u16, bytes });
    }
    socket.state = CONNECT;
    let argument = core::ptr::from_mut(socket).cast();
    call(socket.on_sent, |callback| callback(argument));
    OK
}
