//! The station: joins as the SDK does. With a network that the program configured in `user_init` it joins by itself, before the
//! program hears that the SDK is ready: auto-connect is a stored setting, and on. It joins again by itself with the reconnect
//! policy on. What comes of a request is told later, never from within it.

use super::channel::{fault, send};
use super::single::Single;
use core::cell::Cell;
use fleetwright_protocol::FromNode;

const NONE: u8 = 0;
const STATION: u8 = 1;
/// The mode that is stored where nobody stored one: an open access point.
const ACCESS_POINT: u8 = 2;
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
    /// Whether the node or the SDK asked to join, and whether the SDK asks again by itself.
    asked: Cell<bool>,
    again: Cell<bool>,
    /// A request whose outcome was not told yet.
    joining: Cell<bool>,
    /// Whether the network is there, and whether the node is in it.
    there: Cell<bool>,
    joined: Cell<bool>,
}

impl WifiState {
    const fn new() -> Self {
        Self {
            mode: Cell::new(ACCESS_POINT),
            ssid: Cell::new([0; 32]),
            handler: Cell::new(None),
            asked: Cell::new(false),
            again: Cell::new(false),
            joining: Cell::new(false),
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
    if there && state.asked.get() && !state.joined.get() && !state.joining.get() {
        join();
    } else if !there && state.joined.replace(false) {
        state.asked.set(state.again.get());
        notify(DISCONNECTED, BEACON_TIMEOUT);
    }
}

/// After `user_init` the SDK switches the radio on as the program set it, and joins the network of its configuration.
pub(super) fn start() {
    match WIFI.mode.get() {
        NONE => {}
        STATION => _ = wifi_station_connect(),
        _ => fault("user_init chose no mode of Wi-Fi: the chip opens an access point"),
    }
}

/// Tells what came of a request to join; whether there was one.
pub(super) fn run_join() -> bool {
    let state = &WIFI;
    if !state.joining.replace(false) {
        return false;
    }
    match (state.there.get(), state.joined.get()) {
        (true, false) => join(),
        (false, _) => notify(DISCONNECTED, NOT_FOUND),
        (true, true) => {}
    }
    true
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
    if state.joining.replace(true) {
        fault("wifi_station_connect while the SDK joins: its scan begins anew");
    }
    let end = ssid.iter().position(|byte| *byte == 0).unwrap_or(ssid.len());
    send(&FromNode::Join(&ssid[..end]));
    state.asked.set(true);
    true
}

/// The setting as boards are delivered, and as a blank sector of parameters is read.
#[unsafe(no_mangle)]
extern "C" fn wifi_station_get_auto_connect() -> u8 {
    1
}
