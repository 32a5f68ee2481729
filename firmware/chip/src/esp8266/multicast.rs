//! One UDP socket of the SDK's `espconn`, for [`crate::search`]. The SDK need not join the group: answers go to the
//! socket's own port (see `fleetwright-mdns`). Queries leave with a TTL of 128, which `espconn` can't change and which
//! does not matter: routers don't pass on what goes to 224.0.0.0/24.

use super::sdk;
use crate::search::Udp;
use core::cell::UnsafeCell;
use core::ffi::{c_int, c_void};
use fleetwright_mdns::{GROUP, Interface, PORT};

/// The SDK's side of the socket. It stays where it is, since the SDK keeps pointers to it.
struct Statics {
    espconn: UnsafeCell<sdk::Espconn>,
    udp: UnsafeCell<sdk::EspUdp>,
}

// SAFETY: one core, and nothing of this is touched from an interrupt.
unsafe impl Sync for Statics {}

static STATICS: Statics = Statics {
    espconn: UnsafeCell::new(sdk::Espconn::new(sdk::ESPCONN_UDP)),
    udp: UnsafeCell::new(sdk::EspUdp { remote_port: 0, local_port: 0, local_ip: [0; 4], remote_ip: [0; 4] }),
};

/// The UDP socket of a look-up, with what the SDK calls when a datagram came.
pub(crate) struct Socket(pub(crate) extern "C" fn(*mut c_void, *mut u8, u16));

impl Udp for Socket {
    fn open(&mut self) -> bool {
        let (espconn, udp) = (STATICS.espconn.get(), STATICS.udp.get());
        // SAFETY: the search opens a socket only when it has closed the one before, so nobody else looks at these; all
        // pointers are to statics.
        unsafe {
            (*espconn).state = 0;
            (*espconn).protocol = udp.cast();
            // An even port: a query from port 5353 would be answered to the group.
            (*udp).local_port = (sdk::espconn_port() & !1) as c_int;
            sdk::espconn_regist_recvcb(espconn, self.0);
            sdk::answer(sdk::espconn_create(espconn)) == sdk::ESPCONN_OK
        }
    }

    fn send(&mut self, query: &[u8]) {
        let (espconn, udp) = (STATICS.espconn.get(), STATICS.udp.get());
        let length = u16::try_from(query.len()).unwrap_or(u16::MAX);
        // A query that does not leave is as good as one that is lost, and there are more: so the answer is not looked at.
        // SAFETY: as above; the SDK copies the query before it comes back.
        unsafe {
            (*udp).remote_port = c_int::from(PORT);
            (*udp).remote_ip = GROUP;
            sdk::espconn_send(espconn, query.as_ptr(), length);
        }
    }

    fn close(&mut self) {
        // SAFETY: the SDK looks for the socket by its pointer.
        unsafe { sdk::espconn_delete(STATICS.espconn.get()) };
    }
}

/// Who sent the datagram whose callback runs, and the station's own network; `None`: the SDK does not know.
pub(crate) fn about_datagram() -> Option<(([u8; 4], u16), Interface)> {
    let mut remote = core::ptr::null();
    let [address, netmask, gateway] = [[0; 4]; 3].map(sdk::IpAddress);
    let mut info = sdk::IpInfo { address, netmask, gateway };
    // SAFETY: both write where they are told to.
    let (known, has_address) = unsafe {
        let known = sdk::espconn_get_connection_info(STATICS.espconn.get(), &raw mut remote, 0);
        (known, sdk::wifi_get_ip_info(sdk::STATION_IF, &raw mut info))
    };
    if sdk::answer(known) != sdk::ESPCONN_OK || !has_address {
        return None;
    }
    // SAFETY: a static of the SDK, or null.
    let remote: &sdk::Remote = unsafe { remote.as_ref() }?;
    let port = u16::try_from(remote.remote_port).ok()?;
    Some(((remote.remote_ip, port), Interface { address: info.address.0, mask: info.netmask.0 }))
}
