//! The SDK's stack: how large it is, and what of it lies beneath and above a node's own frames. The emulator has none of
//! that, so it is added to what a node takes there.
//!
//! Frames were read off SDK 3.0.6, by the `addi a1, a1, -N` at the start of each function (`xtensa-lx106-elf-objdump
//! -d` of the library or the file that is named); those of the ROM off the disassembly in
//! github.com/trebisky/esp8266, `reverse/bootrom/boot.txt`. Nobody measured the sum on a board.

/// Where the stack ends: the ROM's `_start` loads `a1` with this.
const TOP: u64 = 0x4000_0000;
/// Where the ROM's variables end: its `_start` clears 0x3FFF_DAB0 up to here. What lies below is used now and then:
/// `aes_unwrap` of the ROM, which the SDK calls for the keys of Wi-Fi, works at 0x3FFF_EA80 (github.com/esp8266/Arduino,
/// `cores/esp8266/aes_unwrap.cpp`).
const BOTTOM: u64 = 0x3FFF_EB30;

/// Bytes that the stack has.
pub const ROOM: u64 = TOP - BOTTOM;
/// Bytes that have to be left of it, for what nobody counted.
pub const SPARE: u64 = 512;

/// A function, the bytes of its frame, and where it is.
type Frame = (&'static str, u64, &'static str);

/// What is on the stack when the SDK calls a node. Packets are handled in a task of their own (`ieee80211_deliver_data`
/// posts them), so that nothing of the Wi-Fi driver is beneath. A timer's or a task's call has less beneath it.
const BENEATH: &[Frame] = &[
    ("main", 16, "ROM, 0x40000fec"),
    ("entry of the boot loader", 176, "boot_v1.7.bin, 0x4010057c"),
    ("call of an image", 16, "boot_v1.7.bin, 0x40100084"),
    ("loading an image", 96, "boot_v1.7.bin, 0x3ffe800d, runs at 0x4010fc09"),
    ("call_user_start_local", 16, "libmain.a, app_main.o"),
    ("ets_run", 16, "ROM, 0x40000e04"),
    ("loop of ets_run", 32, "ROM, 0x40000ecc"),
    ("task of lwIP", 16, "libmain.a, eagle_lwip_if.o"),
    ("ethernet_input", 96, "liblwip.a, etharp.o"),
    ("ip_input", 48, "liblwip.a, ip.o"),
    ("tcp_input", 64, "liblwip.a, tcp_in.o"),
    ("tcp_process", 48, "liblwip.a, tcp_in.o"),
    ("the largest callback of espconn", 64, "liblwip.a, espconn_tcp.o"),
];

/// The deepest of what a node calls: `espconn_send`. `wifi_station_connect` takes 720 bytes, `os_printf_plus` 272.
const CALLED: &[Frame] = &[
    ("espconn_send", 32, "liblwip.a, espconn.o"),
    ("espconn_tcp_write and what sends its buffer", 48, "liblwip.a, espconn_tcp.o"),
    ("espconn_tcp_sent", 48, "liblwip.a, espconn_tcp.o"),
    ("tcp_output and what sends a segment", 96, "liblwip.a, tcp_out.o"),
    ("ip_output", 64, "liblwip.a, ip.o"),
    ("ip_output_if", 32, "liblwip.a, ip.o"),
    ("ip_output_if_opt", 80, "liblwip.a, ip.o"),
    ("etharp_output", 32, "liblwip.a, etharp.o"),
    ("etharp_query and what sends its packet", 96, "liblwip.a, etharp.o"),
    ("low_level_output", 32, "libmain.a, eagle_lwip_if.o"),
    ("ieee80211_output_pbuf", 80, "libnet80211.a, ieee80211_output.o"),
    ("ppTxPkt", 32, "libpp.a, pp.o"),
    ("waking the radio", 192, "libpp.a, pm.o, and libphy.a: the deepest of what ppTxPkt calls"),
];

/// Interrupts, on whichever stack they come. Each handler may be interrupted by those with a higher number (the ROM's
/// table of masks, 0x3fffc280), and the SDK attaches three: `ets_isr_attach` with 0, 8 and 10. That of `libpwm` is not
/// masked and has a stack of its own (`NmiTimSetFunc`, `nmi-vector.o`).
const INTERRUPTS: &[Frame] = &[
    ("_UserExceptionVector_1, for number 0", 256, "libmain.a, user-vector.o"),
    ("wDev_ProcessFiq", 80, "libpp.a, wdev.o"),
    ("lmacProcessTxError", 16, "libpp.a, lmac.o"),
    ("os_printf_plus", 160, "libmain.a, user_interface.o"),
    ("pvPortMalloc", 64, "libmain.a, mem_manager.o"),
    ("vPortDefineHeapRegions", 48, "libmain.a, mem_manager.o"),
    ("_UserExceptionVector_1, for number 8", 256, "libmain.a, user-vector.o"),
    ("wdt_feed", 80, "libmain.a, user_interface.o"),
    ("system_rtc_mem_read", 32, "libmain.a, user_interface.o"),
    ("_UserExceptionVector_1, for number 10", 256, "libmain.a, user-vector.o"),
    ("handler of the timer", 16, "libmain.a, ets_timer.o"),
    ("ets_post", 16, "ROM, 0x40000e24"),
];

const fn sum(frames: &[Frame]) -> u64 {
    let (mut sum, mut index) = (0, 0);
    while index < frames.len() {
        sum += frames[index].1;
        index += 1;
    }
    sum
}

/// Bytes that interrupts take of the stack that they interrupt, the SDK's or a borrowed one.
pub const INTERRUPT: u64 = sum(INTERRUPTS);
/// Bytes that the SDK takes of its stack, at the deepest of each: beneath a node's call, in what the node calls, and in
/// interrupts. No moment has all of them, so the truth is less.
pub const SDK: u64 = sum(BENEATH) + sum(CALLED) + INTERRUPT;

/// What of the SDK's stack is in use at most when a node takes so many bytes of it.
pub const fn in_use(node: u64) -> u64 {
    node + SDK
}

/// Whether so much of the stack may be in use.
pub const fn is_enough(in_use: u64) -> bool {
    in_use + SPARE <= ROOM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_as_counted() {
        assert_eq!([ROOM, sum(BENEATH), sum(CALLED), INTERRUPT, SDK], [5_328, 704, 864, 1_280, 2_848]);
    }

    #[test]
    fn something_has_to_be_left() {
        assert!(is_enough(in_use(ROOM - SDK - SPARE)));
        assert!(!is_enough(in_use(ROOM - SDK - SPARE + 1)));
    }

    #[test]
    fn the_emulators_script_has_the_same_stack() {
        let script = include_str!("../../../../firmware/chip/ld/emulator.ld");
        assert!(script.contains(&format!("_stack_limit = 0x{BOTTOM:X};")));
        // The SDK's first frame lies above the stand-in's.
        assert!(script.contains(&format!("_stack_top = 0x{:X};", TOP - 16)));
    }
}
