//! The Wi-Fi station: joins a network, and tells when it is there. Which one, and when, [`crate::station`] decides.

use super::{sdk, task};
use crate::identity::Identity;
use crate::station::{self, Request};
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use fleetwright_node::Instant;

/// What [`changed`] saw, for the next turn: the SDK may call it while a turn runs.
pub(crate) static ONLINE: AtomicBool = AtomicBool::new(false);
/// The SDK's reason of the last disconnection that was not logged yet; 0: there is none.
pub(crate) static REASON: AtomicU8 = AtomicU8::new(0);

/// The Wi-Fi side of a node.
pub(crate) struct Station {
    decisions: station::Station,
    /// Where the networks stand.
    #[cfg(feature = "networks")]
    identity: Option<Identity<'static>>,
    #[cfg(feature = "power-save")]
    power_save: Option<crate::identity::PowerSave>,
}

impl Station {
    /// No Wi-Fi at all.
    pub(crate) fn off() -> Self {
        // SAFETY: a setting, for this run alone.
        unsafe { sdk::wifi_set_opmode_current(sdk::NULL_MODE) };
        Self {
            decisions: station::Station::off(),
            #[cfg(feature = "networks")]
            identity: None,
            #[cfg(feature = "power-save")]
            power_save: None,
        }
    }

    /// A station with this identity. Called from `user_init`, before the SDK switches the radio on.
    pub(crate) fn new(identity: &Identity<'static>) -> Self {
        // SAFETY: settings, for this run alone. The name ends with a zero, as every text of an identity; the SDK copies it.
        unsafe {
            sdk::wifi_set_opmode_current(sdk::STATION_MODE);
            if !identity.client_id.is_empty() {
                sdk::wifi_station_set_hostname(identity.client_id.as_ptr().cast());
            }
            sdk::wifi_station_set_reconnect_policy(true);
            sdk::wifi_set_event_handler_cb(changed);
        }
        #[cfg(feature = "static-address")]
        set_address(identity);
        configure(identity.ssid.as_bytes(), identity.wifi_password.as_bytes());
        Self {
            #[cfg(not(feature = "networks"))]
            decisions: station::Station::new(1),
            #[cfg(feature = "networks")]
            decisions: station::Station::new(identity.network_count() as u8),
            #[cfg(feature = "networks")]
            identity: Some(*identity),
            #[cfg(feature = "power-save")]
            power_save: identity.power_save,
        }
    }

    /// The SDK is ready, and joins the network that was configured in `user_init` if its stored setting says so.
    pub(crate) fn begin(&mut self, now: Instant) {
        #[cfg(feature = "power-save")]
        if let Some(power_save) = self.power_save {
            // SAFETY: a setting, for this run alone.
            unsafe { sdk::wifi_set_sleep_type(power_save as u32) };
        }
        // SAFETY: a plain question to the SDK.
        let joins_by_itself = unsafe { sdk::wifi_station_get_auto_connect() } != 0;
        if self.decisions.begin(joins_by_itself, now) {
            join();
        }
    }

    /// Whether the station waits for nothing that has a deadline.
    pub(crate) fn is_settled(&self, online: bool) -> bool {
        self.decisions.is_settled(online)
    }

    /// Asks the SDK for what is due.
    pub(crate) fn poll(&mut self, online: bool, served: bool, now: Instant) {
        match self.decisions.poll(online, served, now) {
            None => {}
            Some(Request::Join) => join(),
            Some(Request::Change(_place)) => {
                #[cfg(feature = "networks")]
                if let Some((ssid, password)) = self.identity.and_then(|own| own.network(_place)) {
                    // SAFETY: a plain call; what the SDK tells of it is no fault.
                    unsafe { sdk::wifi_station_disconnect() };
                    configure(ssid, password);
                    join();
                }
            }
        }
    }
}

/// Makes this the station's network.
fn configure(ssid: &[u8], password: &[u8]) {
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
    fill(&mut config.ssid, ssid);
    fill(&mut config.password, password);
    // SAFETY: a setting, for this run alone; the SDK copies the configuration.
    unsafe { sdk::wifi_station_set_config_current(&mut config) };
}

/// Copies a text as far as there is room. One loop for both texts: flash is short.
#[inline(never)]
fn fill(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Gives the station a fixed address, if the identity has one.
#[cfg(feature = "static-address")]
fn set_address(identity: &Identity<'_>) {
    let Some(own) = identity.address else { return };
    let [address, netmask, gateway, dns] = [own.address, own.netmask, own.gateway, own.dns].map(sdk::IpAddress);
    let info = sdk::IpInfo { address, netmask, gateway };
    // SAFETY: settings, for this run alone; the SDK copies what the pointers lead to. It takes an address only when it asks
    // no router for one.
    unsafe {
        sdk::wifi_station_dhcpc_stop();
        sdk::wifi_set_ip_info(sdk::STATION_IF, &info);
        sdk::espconn_dns_setserver(0, &dns);
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
                if reason != sdk::REASON_LEFT && REPORTED.load(Ordering::Relaxed) != reason {
                    REPORTED.store(reason, Ordering::Relaxed);
                    REASON.store(reason, Ordering::Relaxed);
                }
            }
            _ => return,
        }
    }
    task::post();
}
