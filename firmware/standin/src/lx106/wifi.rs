//! The station: joins as the SDK does. With a network that the program configured in `user_init` it joins by itself, before the
//! program hears that the SDK is ready: auto-connect is a stored setting, and on. It joins again by itself with the reconnect
//! policy on. What comes of a request is told later, never from within it.

use super::channel::{fault, send};
use super::single::Single;
use super::station::{self, IpInfo, Mode};
use core::cell::Cell;
use fleetwright_protocol::{FromNode, WIFI_PASSWORD};

const CONNECTED: u32 = 0;
const DISCONNECTED: u32 = 1;
const GOT_IP: u32 = 3;
/// `REASON_NO_AP_FOUND` and `REASON_BEACON_TIMEOUT`.
const NOT_FOUND: u8 = 201;
const BEACON_TIMEOUT: u8 = 200;
/// `REASON_4WAY_HANDSHAKE_TIMEOUT` and `REASON_ASSOC_LEAVE`.
const WRONG_PASSWORD: u8 = 15;
const LEFT: u8 = 8;

/// `struct station_config`, as far as it is looked at.
#[repr(C)]
struct Config {
    ssid: [u8; 32],
    password: [u8; 64],
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
    ssid: Cell<[u8; 32]>,
    /// Whether the password is the network's.
    password_is_right: Cell<bool>,
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
            ssid: Cell::new([0; 32]),
            password_is_right: Cell::new(false),
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
    match station::mode() {
        Mode::Off => {}
        Mode::Station => _ = wifi_station_connect(),
        Mode::Other => fault("user_init chose no mode of Wi-Fi: the chip opens an access point"),
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
    if !WIFI.password_is_right.get() {
        notify(DISCONNECTED, WRONG_PASSWORD);
        return;
    }
    station::report();
    WIFI.joined.set(true);
    notify(CONNECTED, 0);
    notify(GOT_IP, 0);
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
    if WIFI.asked.get() {
        fault("another network is configured while the SDK joins the one before by itself");
    }
    if ssid[0] == 0 || (1..8).contains(&length) {
        fault("the station's configuration has no network, or a password that is none");
    }
    WIFI.ssid.set(ssid);
    WIFI.password_is_right.set(length == 0 || &password[..length] == WIFI_PASSWORD.as_bytes());
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
    if station::mode() != Mode::Station || ssid[0] == 0 {
        return false;
    }
    if state.joining.replace(true) {
        fault("wifi_station_connect while the SDK joins: its scan begins anew");
    }
    send(&FromNode::Join(station::text(&ssid)));
    state.asked.set(true);
    true
}

#[unsafe(no_mangle)]
extern "C" fn wifi_station_disconnect() -> bool {
    let state = &WIFI;
    state.asked.set(false);
    state.joining.set(false);
    if state.joined.replace(false) {
        notify(DISCONNECTED, LEFT);
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
    station::check_alignment(info as usize);
    let (address, netmask) = if joined() { OWN } else { ([0; 4], [0; 4]) };
    // SAFETY: the caller's promise.
    unsafe { *info = IpInfo { address, netmask, gateway: address } };
    true
}

/// The setting as boards are delivered, and as a blank sector of parameters is read.
#[unsafe(no_mangle)]
extern "C" fn wifi_station_get_auto_connect() -> u8 {
    1
}
