//! A panic, or C's `abort`. The board restarts; its log and its status topic tell why.
//!
//! A panic keeps no text and no line: they would fill data RAM. What is left is the address of the instruction that
//! gave up, which `xtensa-lx106-elf-addr2line` or the linker's map turns into a function. It stands in the memory of
//! the real-time clock, which a restart leaves alone. What the chip itself stops for, the SDK tells.

use super::sdk;
use fleetwright_node::Restart;

/// The first word of the real-time clock's memory that the SDK leaves to its user.
const KEPT: *mut u32 = 0x6000_1200 as *mut u32;
/// Marks the next word as an address: at power-on there is anything.
const MAGIC: u32 = 0xF1EE_DEAD;

/// Why the program ended before this start, if it did. Asked twice, it is forgotten.
pub(crate) fn last() -> Option<Restart> {
    // SAFETY: memory of the chip that nobody else uses, in words.
    let given_up = unsafe {
        let given_up = KEPT.read_volatile() == MAGIC;
        KEPT.write_volatile(0);
        given_up.then(|| KEPT.add(1).read_volatile())
    };
    if let Some(address) = given_up {
        return Some(Restart { cause: "gave up", address });
    }
    // SAFETY: the SDK hands out a pointer to what it knows of its own start.
    let (reason, address) = unsafe {
        let info = sdk::system_get_rst_info();
        ((*info).reason, (*info).epc1)
    };
    let cause = match reason {
        sdk::REASON_WATCHDOG => "hardware watchdog",
        sdk::REASON_EXCEPTION => "exception",
        sdk::REASON_SOFT_WATCHDOG => "watchdog",
        _ => return None,
    };
    Some(Restart { cause, address })
}

unsafe extern "C" {
    /// Where the calling function returns to.
    #[link_name = "llvm.returnaddress"]
    fn return_address(level: i32) -> *const u8;
}

/// C's `abort`, and what a panic becomes.
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn abort() -> ! {
    // SAFETY: level 0 is always there; the memory is as in `last`; a restart can be asked for at any time.
    unsafe {
        KEPT.add(1).write_volatile(return_address(0) as u32);
        KEPT.write_volatile(MAGIC);
        sdk::system_restart();
    }
    // The SDK restarts from a timer; where that never comes, its watchdog does.
    loop {
        core::hint::spin_loop();
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    abort()
}
