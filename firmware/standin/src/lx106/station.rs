//! How the node set its station up: its mode, name, address and sleep. Tells nobody of it before the station joins.

use super::channel::{fault, send};
use super::single::Single;
use core::cell::Cell;
use core::ffi::{CStr, c_char};
use fleetwright_protocol::{FromNode, decimal};

const OFF: u8 = 0;
const STATION: u8 = 1;
/// The mode that is stored where nobody stored one: an open access point.
const ACCESS_POINT: u8 = 2;
/// `MODEM_SLEEP_T`, in which the SDK begins; the last of `enum sleep_type`.
const MODEM_SLEEP: u32 = 2;
const LONGEST_NAME: usize = 32;
/// The longest report: all that is in it at its longest.
const REPORT: usize = 160;

/// The mode of Wi-Fi.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Off,
    Station,
    /// The chip opens a network of its own.
    Other,
}

/// `struct ip_info`.
#[repr(C, align(4))]
#[derive(Clone, Copy)]
pub(super) struct IpInfo {
    pub(super) address: [u8; 4],
    pub(super) netmask: [u8; 4],
    pub(super) gateway: [u8; 4],
}

struct StationState {
    mode: Cell<u8>,
    name: Cell<[u8; LONGEST_NAME]>,
    /// Whether the router is asked for an address; if not, the address and the server for names.
    asks_router: Cell<bool>,
    info: Cell<IpInfo>,
    dns: Cell<[u8; 4]>,
    sleep: Cell<u32>,
    /// The report, which lies where the chip has nothing: the node's stack is counted.
    line: Cell<[u8; REPORT]>,
    length: Cell<usize>,
}

static STATE: Single<StationState> = Single(StationState {
    mode: Cell::new(ACCESS_POINT),
    name: Cell::new([0; LONGEST_NAME]),
    asks_router: Cell::new(true),
    info: Cell::new(IpInfo { address: [0; 4], netmask: [0; 4], gateway: [0; 4] }),
    dns: Cell::new([0; 4]),
    sleep: Cell::new(MODEM_SLEEP),
    line: Cell::new([0; REPORT]),
    length: Cell::new(0),
});

/// The mode that the node chose.
pub(super) fn mode() -> Mode {
    match STATE.mode.get() {
        OFF => Mode::Off,
        STATION => Mode::Station,
        _ => Mode::Other,
    }
}

/// The text before the first zero.
pub(super) fn text(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn put(bytes: &[u8]) {
    let (mut line, start) = (STATE.line.get(), STATE.length.get());
    let Some(room) = line.get_mut(start..start + bytes.len()) else { fault("the report of a station is too long") };
    room.copy_from_slice(bytes);
    STATE.line.set(line);
    STATE.length.set(start + bytes.len());
}

/// Reports in the log how the node shows itself to the network that it joins: its name, its address unless the router gives it
/// one, and how it sleeps unless as the SDK does by itself.
pub(super) fn report() {
    STATE.length.set(0);
    put(b"in Wi-Fi as ");
    put(text(&STATE.name.get()));
    if !STATE.asks_router.get() {
        let IpInfo { address, netmask, gateway } = STATE.info.get();
        for (what, address) in
            [(" at ", address), (" mask ", netmask), (" gateway ", gateway), (" dns ", STATE.dns.get())]
        {
            put(what.as_bytes());
            for (index, byte) in address.into_iter().enumerate() {
                put(if index > 0 { b"." } else { b"" });
                put(decimal(byte.into(), &mut [0; 10]));
            }
        }
    }
    if STATE.sleep.get() != MODEM_SLEEP {
        put(b" sleep ");
        put(decimal(STATE.sleep.get(), &mut [0; 10]));
    }
    let line = STATE.line.get();
    send(&FromNode::Log(&line[..STATE.length.get()]));
}

/// The SDK reads an address as a word, and the chip stops where a word does not lie at a multiple of four.
pub(super) fn check_alignment(address: usize) {
    if address % 4 != 0 {
        fault("an IP address does not lie at a multiple of four bytes");
    }
}

#[unsafe(no_mangle)]
extern "C" fn wifi_set_opmode_current(mode: u8) -> bool {
    STATE.mode.set(mode);
    true
}

/// # Safety
///
/// `name` ends with a zero.
#[unsafe(no_mangle)]
unsafe extern "C" fn wifi_station_set_hostname(name: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    if mode() != Mode::Station || name.len() > LONGEST_NAME {
        fault("wifi_station_set_hostname: a station has a name of at most 32 bytes");
    }
    let mut kept = [0; LONGEST_NAME];
    kept[..name.len()].copy_from_slice(name);
    STATE.name.set(kept);
    true
}

#[unsafe(no_mangle)]
extern "C" fn wifi_station_dhcpc_stop() -> bool {
    STATE.asks_router.set(mode() != Mode::Station);
    mode() == Mode::Station
}

/// # Safety
///
/// `info` points to a `struct ip_info`.
#[unsafe(no_mangle)]
unsafe extern "C" fn wifi_set_ip_info(interface: u8, info: *const IpInfo) -> bool {
    if interface != 0 || STATE.asks_router.get() {
        fault("wifi_set_ip_info: the station asks the router for its address");
    }
    check_alignment(info as usize);
    // SAFETY: the caller's promise.
    STATE.info.set(unsafe { *info });
    true
}

/// # Safety
///
/// `server` points to an address.
#[unsafe(no_mangle)]
unsafe extern "C" fn espconn_dns_setserver(index: u8, server: *const [u8; 4]) {
    check_alignment(server as usize);
    if index == 0 {
        // SAFETY: the caller's promise.
        STATE.dns.set(unsafe { *server });
    }
}

#[unsafe(no_mangle)]
extern "C" fn wifi_set_sleep_type(kind: u32) -> bool {
    if kind > MODEM_SLEEP {
        fault("wifi_set_sleep_type: 0 to 2");
    }
    STATE.sleep.set(kind);
    true
}
