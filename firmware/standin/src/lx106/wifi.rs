//! The station: joins when asked, and joins again by itself, as the SDK does with the reconnect policy on.

use super::channel::{fault, send};
use super::single::Single;
use core::cell::Cell;
use fleetwright_protocol::FromNode;

const STATION: u8 = 1;
const CONNECTED: u32 = 0;
const DISCONNECTED: u32 = 1;
const GOT_IP: u32 = 3;
/// `REASON_NO_AP_FOUND` and `REASON_BEACON_TIMEOUT`.
const NOT_FOUND: u8 = 201;
const BEACON_TIMEOUT: u8 = 200;

/// `struct station_config`, as far as it is looked at.
#[repr(C)]
struct Config {
    ssid: [u8; 32],
    password: [u8; 64],
}

/// `struct ip_info`.
#[repr(C)]
struct IpInfo {
    address: [u8; 4],
    mask: [u8; 4],
    gateway: [u8; 4],
}

/// The station's address and network: those of this machine's loopback, since the tools pass on what a node sends.
const OWN: ([u8; 4], [u8; 4]) = ([127, 0, 0, 1], [255, 0, 0, 0]);

/// `System_Event_t`.
#[repr(C)]
struct Event {
    event: u32,
    ssid: [u8; 32],
    ssid_len: u8,
    bssid: [u8; 6],
    reason: u8,
}

type Handler = extern "C" fn(*mut Event);

struct WifiState {
    mode: Cell<u8>,
    ssid: Cell<[u8; 32]>,
    handler: Cell<Option<Handler>>,
    /// Whether the node asked, and whether the SDK asks again by itself.
    asked: Cell<bool>,
    again: Cell<bool>,
    /// Whether the network is there, and whether the node is in it.
    there: Cell<bool>,
    joined: Cell<bool>,
}

impl WifiState {
    const fn new() -> Self {
        Self {
            mode: Cell::new(0),
            ssid: Cell::new([0; 32]),
            handler: Cell::new(None),
            asked: Cell::new(false),
            again: Cell::new(false),
            there: Cell::new(false),
            joined: Cell::new(false),
        }
    }
}

static WIFI: Single<WifiState> = Single(WifiState::new());

/// Whether the station has an address.
pub(super) fn joined() -> bool {
    WIFI.joined.get()
}

fn notify(event: u32, reason: u8) {
    let ssid = WIFI.ssid.get();
    let mut event = Event { event, ssid, ssid_len: 32, bssid: [2, 0, 0, 0, 0, 1], reason };
    if let Some(handler) = WIFI.handler.get() {
        handler(&raw mut event);
    }
}

/// The network appears or is gone.
pub(super) fn set(there: bool) {
    let state = &WIFI;
    state.there.set(there);
    if there && state.asked.get() && !state.joined.get() {
        join();
    } else if !there && state.joined.replace(false) {
        state.asked.set(state.again.get());
        notify(DISCONNECTED, BEACON_TIMEOUT);
    }
}

fn join() {
    WIFI.joined.set(true);
    notify(CONNECTED, 0);
    notify(GOT_IP, 0);
}

#[unsafe(no_mangle)]
extern "C" fn wifi_set_opmode_current(mode: u8) -> bool {
    WIFI.mode.set(mode);
    true
}

/// # Safety
///
/// `config` points to a `struct station_config`.
#[unsafe(no_mangle)]
unsafe extern "C" fn wifi_station_set_config_current(config: *const Config) -> bool {
    // SAFETY: the caller's promise.
    let (ssid, password) = unsafe { ((*config).ssid, (*config).password) };
    // 1 to 7 characters are no WPA password, and the SDK would never join.
    let length = password.iter().position(|byte| *byte == 0).unwrap_or(64);
    if ssid[0] == 0 || (1..8).contains(&length) {
        fault("the station's configuration has no network, or a password that is none");
    }
    WIFI.ssid.set(ssid);
    true
}

#[unsafe(no_mangle)]
extern "C" fn wifi_station_set_reconnect_policy(again: bool) -> bool {
    WIFI.again.set(again);
    true
}

#[unsafe(no_mangle)]
extern "C" fn wifi_set_event_handler_cb(handler: Handler) {
    WIFI.handler.set(Some(handler));
}

#[unsafe(no_mangle)]
extern "C" fn wifi_station_connect() -> bool {
    let state = &WIFI;
    let ssid = state.ssid.get();
    if state.mode.get() != STATION || ssid[0] == 0 {
        return false;
    }
    let end = ssid.iter().position(|byte| *byte == 0).unwrap_or(ssid.len());
    send(&FromNode::Join(&ssid[..end]));
    state.asked.set(true);
    match (state.there.get(), state.joined.get()) {
        (true, false) => join(),
        (false, _) => notify(DISCONNECTED, NOT_FOUND),
        (true, true) => {}
    }
    true
}

/// # Safety
///
/// `info` points to a `struct ip_info`.
#[unsafe(no_mangle)]
unsafe extern "C" fn wifi_get_ip_info(interface: u8, info: *mut IpInfo) -> bool {
    if interface != 0 {
        fault("wifi_get_ip_info of an access point: the node is a station");
    }
    let (address, mask) = if joined() { OWN } else { ([0; 4], [0; 4]) };
    // SAFETY: the caller's promise.
    unsafe { *info = IpInfo { address, mask, gateway: address } };
    true
}
