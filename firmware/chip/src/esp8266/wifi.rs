//! The Wi-Fi station: joins one network, and tells when it is there. When it is asked to join [`crate::station`] decides.

use super::{sdk, task};
use crate::identity::Identity;
use crate::station;
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use fleetwright_node::Instant;

/// What [`changed`] saw, for the next turn: the SDK may call it while a turn runs.
pub(crate) static ONLINE: AtomicBool = AtomicBool::new(false);
/// The SDK's reason of the last disconnection that was not logged yet; 0: there is none.
pub(crate) static REASON: AtomicU8 = AtomicU8::new(0);

/// The Wi-Fi side of a node.
pub(crate) struct Station {
    decisions: station::Station,
}

impl Station {
    /// No Wi-Fi at all.
    pub(crate) fn off() -> Self {
        // SAFETY: a setting, for this run alone.
        unsafe { sdk::wifi_set_opmode_current(sdk::NULL_MODE) };
        Self { decisions: station::Station::off() }
    }

    /// A station with this identity.
    pub(crate) fn new(identity: &Identity<'_>) -> Self {
        let mut config = sdk::StationConfig {
            ssid: [0; 32],
            password: [0; 64],
            channel: 0,
            bssid_set: 0,
            bssid: [0; 6],
            threshold_rssi: 0,
            threshold_authmode: 0,
            open_and_wep_mode_disable: false,
            all_channel_scan: false,
        };
        for (to, from) in config.ssid.iter_mut().zip(identity.ssid.bytes()) {
            *to = from;
        }
        for (to, from) in config.password.iter_mut().zip(identity.wifi_password.bytes()) {
            *to = from;
        }
        // SAFETY: settings, for this run alone; the SDK copies the configuration.
        unsafe {
            sdk::wifi_set_opmode_current(sdk::STATION_MODE);
            sdk::wifi_station_set_config_current(&mut config);
            sdk::wifi_station_set_reconnect_policy(true);
            sdk::wifi_set_event_handler_cb(changed);
        }
        Self { decisions: station::Station::new() }
    }

    /// The SDK is ready, and joins the network that was configured in `user_init` if its stored setting says so.
    pub(crate) fn begin(&mut self, now: Instant) {
        // SAFETY: a plain question to the SDK.
        let joins_by_itself = unsafe { sdk::wifi_station_get_auto_connect() } != 0;
        if self.decisions.begin(joins_by_itself, now) {
            join();
        }
    }

    /// Whether the station is not waiting for a network.
    pub(crate) fn is_settled(&self, online: bool) -> bool {
        self.decisions.is_settled(online)
    }

    /// Asks the SDK for what is due.
    pub(crate) fn poll(&mut self, online: bool, now: Instant) {
        if self.decisions.poll(online, now) {
            join();
        }
    }
}

/// Joins the network.
fn join() {
    // SAFETY: the station is configured.
    unsafe { sdk::wifi_station_connect() };
}

/// What the SDK calls when the connection to the network changes.
pub(crate) extern "C" fn changed(event: *mut sdk::SystemEvent) {
    /// The reason that was noted last: a station that finds no network calls every few seconds.
    static REPORTED: AtomicU8 = AtomicU8::new(0);
    // SAFETY: the SDK hands over an event that is whole, and a disconnection has its reason.
    unsafe {
        match (*event).event {
            sdk::EVENT_GOT_IP => {
                REPORTED.store(0, Ordering::Relaxed);
                ONLINE.store(true, Ordering::Relaxed);
            }
            sdk::EVENT_DISCONNECTED => {
                ONLINE.store(false, Ordering::Relaxed);
                let reason = (*event).reason;
                if REPORTED.load(Ordering::Relaxed) != reason {
                    REPORTED.store(reason, Ordering::Relaxed);
                    REASON.store(reason, Ordering::Relaxed);
                }
            }
            _ => return,
        }
    }
    task::post();
}
