//! The flash map, which the SDK asks for before anything else.

use super::sdk;
use crate::partitions::{Map, PARTS, Partition};
use core::cell::UnsafeCell;

/// The table that is registered with the SDK, which keeps a pointer to it.
struct Table(UnsafeCell<[Partition; PARTS]>);

// SAFETY: the SDK has one thread.
unsafe impl Sync for Table {}

static TABLE: Table = Table(UnsafeCell::new([Partition { kind: 0, address: 0, size: 0 }; PARTS]));

/// The SDK asks for the flash map before anything else. The map goes with the size in the image's header.
#[unsafe(no_mangle)]
extern "C" fn user_pre_init() {
    // SAFETY: the table is static, and nobody else uses it.
    unsafe {
        let number = sdk::system_get_flash_size_map();
        let Some(map) = Map::numbered(number) else { return };
        let (table, count) = map.table();
        *TABLE.0.get() = table;
        sdk::system_partition_table_regist(TABLE.0.get().cast(), count as u32, number);
    }
}
