//! The functions of Espressif's SDK and of the ROM that a node calls, as C declares them in ESP8266_NONOS_SDK 3.0.6
//! (`include/{user_interface,espconn,osapi,ets_sys,gpio,mem,pwm,spi_flash}.h`). `symbols.txt` lists the same names.

use crate::partitions::Partition;
use core::ffi::{c_char, c_int, c_void};

/// `enum espconn_type`: TCP and UDP.
pub(crate) const ESPCONN_TCP: c_int = 0x10;
#[cfg(feature = "mdns")]
pub(crate) const ESPCONN_UDP: c_int = 0x20;
/// `STATION_IF`: not the access point.
#[cfg(any(feature = "mdns", feature = "static-address"))]
pub(crate) const STATION_IF: u8 = 0;
/// The call succeeded.
pub(crate) const ESPCONN_OK: i8 = 0;
/// A callback will tell the result.
pub(crate) const ESPCONN_INPROGRESS: i8 = -5;
/// `SPI_FLASH_RESULT_OK`.
#[cfg(feature = "keeps")]
pub(crate) const SPI_FLASH_OK: c_int = 0;
/// `NULL_MODE`: no Wi-Fi.
pub(crate) const NULL_MODE: u8 = 0;
/// `STATION_MODE`.
pub(crate) const STATION_MODE: u8 = 1;
/// `EVENT_STAMODE_DISCONNECTED`.
pub(crate) const EVENT_DISCONNECTED: u32 = 1;
/// `EVENT_STAMODE_GOT_IP`.
pub(crate) const EVENT_GOT_IP: u32 = 3;

/// `REASON_ASSOC_LEAVE`: the station left the network itself.
pub(crate) const REASON_LEFT: u8 = 8;

/// `ip_addr_t`, which the SDK reads and writes as a word.
#[repr(C, align(4))]
pub(crate) struct IpAddress(pub(crate) [u8; 4]);

/// `struct ip_info`.
#[cfg(any(feature = "mdns", feature = "static-address"))]
#[repr(C)]
pub(crate) struct IpInfo {
    pub(crate) address: IpAddress,
    pub(crate) netmask: IpAddress,
    pub(crate) gateway: IpAddress,
}

/// `struct station_config`.
#[repr(C)]
pub(crate) struct StationConfig {
    pub(crate) ssid: [u8; 32],
    pub(crate) password: [u8; 64],
    pub(crate) channel: u8,
    pub(crate) bssid_set: u8,
    pub(crate) bssid: [u8; 6],
    pub(crate) threshold_rssi: i8,
    pub(crate) threshold_authmode: c_int,
    pub(crate) open_and_wep_mode_disable: bool,
    pub(crate) all_channel_scan: bool,
}

/// `esp_tcp`.
#[repr(C)]
pub(crate) struct EspTcp {
    pub(crate) remote_port: c_int,
    pub(crate) local_port: c_int,
    pub(crate) local_ip: [u8; 4],
    pub(crate) remote_ip: [u8; 4],
    pub(crate) callbacks: [Option<extern "C" fn(*mut c_void)>; 4],
}

/// `esp_udp`.
#[cfg(feature = "mdns")]
#[repr(C)]
pub(crate) struct EspUdp {
    pub(crate) remote_port: c_int,
    pub(crate) local_port: c_int,
    pub(crate) local_ip: [u8; 4],
    pub(crate) remote_ip: [u8; 4],
}

/// `remot_info`: the other side of a connection, or the sender of a datagram.
#[cfg(feature = "mdns")]
#[repr(C)]
pub(crate) struct Remote {
    pub(crate) state: c_int,
    pub(crate) remote_port: c_int,
    pub(crate) remote_ip: [u8; 4],
}

/// `struct espconn`.
#[repr(C)]
pub(crate) struct Espconn {
    pub(crate) kind: c_int,
    pub(crate) state: c_int,
    /// An `esp_tcp`, or an `esp_udp`.
    pub(crate) protocol: *mut c_void,
    pub(crate) recv_callback: Option<extern "C" fn(*mut c_void, *mut u8, u16)>,
    pub(crate) sent_callback: Option<extern "C" fn(*mut c_void)>,
    pub(crate) link_cnt: u8,
    pub(crate) reverse: *mut c_void,
}

impl Espconn {
    /// One of this kind that has nothing yet.
    pub(crate) const fn new(kind: c_int) -> Self {
        Self {
            kind,
            state: 0,
            protocol: core::ptr::null_mut(),
            recv_callback: None,
            sent_callback: None,
            link_cnt: 0,
            reverse: core::ptr::null_mut(),
        }
    }
}

/// `ETSTimer`.
#[repr(C)]
pub(crate) struct Timer {
    pub(crate) next: *mut Timer,
    pub(crate) expire: u32,
    pub(crate) period: u32,
    pub(crate) function: Option<extern "C" fn(*mut c_void)>,
    pub(crate) argument: *mut c_void,
}

/// `ETSEvent`.
#[repr(C)]
pub(crate) struct Event {
    pub(crate) signal: u32,
    pub(crate) parameter: u32,
}

/// `struct rst_info`.
#[repr(C)]
pub(crate) struct RestartInfo {
    pub(crate) reason: u32,
    pub(crate) exccause: u32,
    pub(crate) epc1: u32,
    pub(crate) epc2: u32,
    pub(crate) epc3: u32,
    pub(crate) excvaddr: u32,
    pub(crate) depc: u32,
}

/// `REASON_WDT_RST`, `REASON_EXCEPTION_RST`, `REASON_SOFT_WDT_RST`.
pub(crate) const REASON_WATCHDOG: u32 = 1;
pub(crate) const REASON_EXCEPTION: u32 = 2;
pub(crate) const REASON_SOFT_WATCHDOG: u32 = 3;

/// `System_Event_t`, as far as it is read. A disconnection's reason is a byte behind name and address of the station.
#[repr(C)]
pub(crate) struct SystemEvent {
    pub(crate) event: u32,
    pub(crate) ssid: [u8; 32],
    pub(crate) ssid_len: u8,
    pub(crate) bssid: [u8; 6],
    pub(crate) reason: u8,
}

#[cfg(feature = "mdns")]
const _: () = {
    assert!(size_of::<EspUdp>() == 16);
    assert!(size_of::<Remote>() == 12);
    assert!(size_of::<IpInfo>() == 12);
};

const _: () = {
    assert!(size_of::<StationConfig>() == 116);
    assert!(size_of::<EspTcp>() == 32);
    assert!(size_of::<Espconn>() == 28);
    assert!(size_of::<Timer>() == 20);
    assert!(size_of::<Event>() == 8);
    assert!(size_of::<RestartInfo>() == 28);
    assert!(size_of::<Partition>() == 12);
    assert!(core::mem::offset_of!(StationConfig, threshold_authmode) == 108);
    assert!(core::mem::offset_of!(SystemEvent, reason) == 43);
};

/// What a function of `espconn` answered. C declares `sint8`, but Espressif's compiler left the upper bits of the register
/// as they came: `espconn_abort` answers 251, `espconn_gethostbyname` -5, and both mean `ESPCONN_INPROGRESS`
/// (disassembly of `liblwip.a`, SDK 3.0.6). A declaration as `i8` would have the compiler trust those bits.
pub(crate) const fn answer(register: c_int) -> i8 {
    register as i8
}

unsafe extern "C" {
    pub(crate) fn system_adc_read() -> u16;
    pub(crate) fn system_get_flash_size_map() -> u32;
    pub(crate) fn system_get_rst_info() -> *const RestartInfo;
    pub(crate) fn system_get_time() -> u32;
    pub(crate) fn system_init_done_cb(callback: extern "C" fn());
    pub(crate) fn system_os_post(priority: u8, signal: u32, parameter: u32) -> bool;
    pub(crate) fn system_os_task(task: extern "C" fn(*mut Event), priority: u8, queue: *mut Event, length: u8) -> bool;
    pub(crate) fn system_partition_table_regist(table: *const Partition, count: u32, map: u32) -> bool;
    pub(crate) fn system_restart();
    #[cfg(feature = "tls")]
    pub(crate) fn system_soft_wdt_feed();
    pub(crate) fn ets_timer_arm_new(timer: *mut Timer, time: u32, repeat: bool, milliseconds: bool);
    pub(crate) fn ets_timer_setfn(timer: *mut Timer, function: extern "C" fn(*mut c_void), argument: *mut c_void);
    pub(crate) fn os_printf_plus(format: *const c_char, ...) -> c_int;
    pub(crate) fn os_random() -> u32;
    pub(crate) fn uart_div_modify(uart: u8, divider: u32);
    #[cfg(feature = "tls")]
    pub(crate) fn pvPortMalloc(size: usize, file: *const c_char, line: u32, iram: bool) -> *mut c_void;
    #[cfg(feature = "tls")]
    pub(crate) fn vPortFree(memory: *mut c_void, file: *const c_char, line: u32);

    pub(crate) fn gpio_input_get() -> u32;
    pub(crate) fn gpio_output_set(set: u32, clear: u32, enable: u32, disable: u32);

    #[cfg(feature = "dims")]
    pub(crate) fn pwm_init(period: u32, duties: *mut u32, count: u32, channels: *mut [u32; 3]);
    #[cfg(feature = "dims")]
    pub(crate) fn pwm_set_duty(duty: u32, channel: u8);
    #[cfg(feature = "dims")]
    pub(crate) fn pwm_start();

    #[cfg(feature = "keeps")]
    pub(crate) fn spi_flash_erase_sector(sector: u16) -> c_int;
    #[cfg(feature = "keeps")]
    pub(crate) fn spi_flash_read(address: u32, to: *mut u32, size: u32) -> c_int;
    #[cfg(feature = "keeps")]
    pub(crate) fn spi_flash_write(address: u32, from: *const u32, size: u32) -> c_int;

    #[cfg(feature = "mdns")]
    pub(crate) fn wifi_get_ip_info(interface: u8, info: *mut IpInfo) -> bool;
    pub(crate) fn wifi_set_event_handler_cb(callback: extern "C" fn(*mut SystemEvent));
    #[cfg(feature = "static-address")]
    pub(crate) fn wifi_set_ip_info(interface: u8, info: *const IpInfo) -> bool;
    pub(crate) fn wifi_set_opmode_current(mode: u8) -> bool;
    #[cfg(feature = "power-save")]
    pub(crate) fn wifi_set_sleep_type(kind: u32) -> bool;
    pub(crate) fn wifi_station_connect() -> bool;
    #[cfg(feature = "static-address")]
    pub(crate) fn wifi_station_dhcpc_stop() -> bool;
    #[cfg(feature = "networks")]
    pub(crate) fn wifi_station_disconnect() -> bool;
    pub(crate) fn wifi_station_get_auto_connect() -> u8;
    pub(crate) fn wifi_station_set_config_current(config: *mut StationConfig) -> bool;
    pub(crate) fn wifi_station_set_hostname(name: *const c_char) -> bool;
    pub(crate) fn wifi_station_set_reconnect_policy(reconnect: bool) -> bool;

    pub(crate) fn espconn_abort(connection: *mut Espconn) -> c_int;
    pub(crate) fn espconn_connect(connection: *mut Espconn) -> c_int;
    #[cfg(feature = "mdns")]
    pub(crate) fn espconn_create(connection: *mut Espconn) -> c_int;
    #[cfg(feature = "mdns")]
    pub(crate) fn espconn_delete(connection: *mut Espconn) -> c_int;
    #[cfg(feature = "mdns")]
    pub(crate) fn espconn_get_connection_info(connection: *mut Espconn, remote: *mut *const Remote, kind: u8) -> c_int;
    #[cfg(feature = "static-address")]
    pub(crate) fn espconn_dns_setserver(index: u8, server: *const IpAddress);
    pub(crate) fn espconn_gethostbyname(
        connection: *mut Espconn,
        name: *const c_char,
        address: *mut IpAddress,
        found: extern "C" fn(*const c_char, *const [u8; 4], *mut c_void),
    ) -> c_int;
    pub(crate) fn espconn_port() -> u32;
    pub(crate) fn espconn_regist_connectcb(connection: *mut Espconn, callback: extern "C" fn(*mut c_void)) -> c_int;
    pub(crate) fn espconn_regist_disconcb(connection: *mut Espconn, callback: extern "C" fn(*mut c_void)) -> c_int;
    pub(crate) fn espconn_regist_recvcb(
        connection: *mut Espconn,
        callback: extern "C" fn(*mut c_void, *mut u8, u16),
    ) -> c_int;
    pub(crate) fn espconn_regist_reconcb(connection: *mut Espconn, callback: extern "C" fn(*mut c_void, i8)) -> c_int;
    pub(crate) fn espconn_regist_sentcb(connection: *mut Espconn, callback: extern "C" fn(*mut c_void)) -> c_int;
    pub(crate) fn espconn_send(connection: *mut Espconn, bytes: *const u8, length: u16) -> c_int;
}
