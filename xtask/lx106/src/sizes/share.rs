//! What Espressif's own code takes of each memory, for a node that is not linked with it: by the functions that the node calls.
//!
//! To measure a row: build the example nodes with `--on emulator` and with `--sdk DIR`, in both cases with the new call. The
//! map of the chip's link (`node.map` beside `node.elf` below `target/lx106`) has what `node.o` takes of each section. `sdk` is
//! the rest of each section in that link. `merged` is what `node.o` takes in the emulator's link more than in the chip's.
//! Both are stated as the difference to the rows that the node had before. Nodes differ by some 40 bytes, because
//! the linker keeps each literal once within its reach, whoever it is of.

use super::sections::Sections;
use std::collections::BTreeSet;

/// The SDK's share of a node that calls any of these functions.
struct Row {
    functions: &'static [&'static str],
    /// Bytes by the map of the link with SDK 3.0.6.
    sdk: Sections,
    /// Literals and constants of the node that the linker finds in the SDK already, and the padding of the node's
    /// variables: the emulator's link has them in the node's own sections.
    merged: Sections,
}

/// What every node calls; its share is counted for each, whatever the node calls of it.
const BASE: Row = Row {
    functions: &[
        "espconn_abort",
        "espconn_connect",
        "espconn_create",
        "espconn_delete",
        "espconn_dns_setserver",
        "espconn_get_connection_info",
        "espconn_gethostbyname",
        "espconn_port",
        "espconn_regist_connectcb",
        "espconn_regist_disconcb",
        "espconn_regist_recvcb",
        "espconn_regist_reconcb",
        "espconn_regist_sentcb",
        "espconn_send",
        "ets_timer_arm_new",
        "ets_timer_setfn",
        "gpio_input_get",
        "gpio_output_set",
        "os_printf_plus",
        "os_random",
        "spi_flash_erase_sector",
        "spi_flash_read",
        "spi_flash_write",
        "system_adc_read",
        "system_get_flash_size_map",
        "system_get_rst_info",
        "system_get_time",
        "system_init_done_cb",
        "system_os_post",
        "system_os_task",
        "system_partition_table_regist",
        "system_restart",
        "uart_div_modify",
        "wifi_get_ip_info",
        "wifi_set_event_handler_cb",
        "wifi_set_ip_info",
        "wifi_set_opmode_current",
        "wifi_set_sleep_type",
        "wifi_station_connect",
        "wifi_station_dhcpc_stop",
        "wifi_station_disconnect",
        "wifi_station_get_auto_connect",
        "wifi_station_set_config_current",
        "wifi_station_set_hostname",
        "wifi_station_set_reconnect_policy",
    ],
    sdk: Sections::new([924, 835, 23_925, 23_346, 193_443]),
    merged: Sections::new([0, 29, 13, 0, 157]),
};

/// What some nodes call beside that.
const MORE: &[Row] = &[
    Row {
        functions: &["pwm_init", "pwm_set_duty", "pwm_start"],
        sdk: Sections::new([20, 0, 448, 1_384, 2_087]),
        merged: Sections::new([4, 0, 0, 0, 20]),
    },
    Row {
        functions: &["pvPortMalloc", "system_soft_wdt_feed", "vPortFree"],
        sdk: Sections::new([2, 3, -1, -1, 240]),
        merged: Sections::new([0, 11, -1, 0, 156]),
    },
];

/// What the SDK takes beside a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// Bytes of the SDK.
    pub(crate) sdk: Sections,
    /// Bytes that are the node's own in the emulator's link alone.
    pub(crate) merged: Sections,
}

impl Share {
    /// The share beside a node that calls these functions.
    pub(crate) fn of(called: &BTreeSet<String>) -> Self {
        let calls = |row: &&Row| row.functions.iter().any(|function| called.contains(*function));
        let base = Self { sdk: BASE.sdk, merged: BASE.merged };
        MORE.iter()
            .filter(calls)
            .fold(base, |sum, row| Self { sdk: sum.sdk + row.sdk, merged: sum.merged + row.merged })
    }

    /// What the SDK takes beyond the sections of the emulator's link.
    pub(crate) fn beside(self) -> Sections {
        self.sdk - self.merged
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(called: &[&str]) -> Share {
        Share::of(&called.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn a_node_has_the_share_of_what_it_calls() {
        let plain = share(&["espconn_send"]);
        assert_eq!([plain.sdk.flash, plain.sdk.iram, plain.sdk.ram()], [193_443, 23_346, 25_684]);
        let dims = share(&["espconn_send", "pwm_start", "pwm_init"]);
        assert_eq!([dims.sdk.flash, dims.sdk.iram, dims.sdk.ram()], [195_530, 24_730, 26_152]);
        let both = share(&["pvPortMalloc", "pwm_start"]);
        assert_eq!(both.sdk.flash, 193_443 + 2_087 + 240);
    }

    #[test]
    fn every_function_of_the_manifest_was_measured_once() {
        let manifest = include_str!("../../../../firmware/chip/symbols.txt");
        let listed: Vec<&str> = crate::symbols::names(manifest).collect();
        for function in &listed {
            let rows = MORE.iter().chain([&BASE]).filter(|row| row.functions.contains(function)).count();
            assert_eq!(rows, 1, "{function}: in which row is its share? measure it with an SDK, as the module says");
        }
        for function in MORE.iter().chain([&BASE]).flat_map(|row| row.functions) {
            assert!(listed.contains(function), "{function} is not in the manifest any more");
        }
    }
}
