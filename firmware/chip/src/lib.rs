//! A node of a fleet on the ESP8266: Espressif's SDK beneath, `fleetwright-node` above. Moves bytes, levels and time
//! between the two; knows neither MQTT nor what the fleet's names mean.
//!
//! A node's crate is compiled once, and linked twice: with the SDK it is an image for a board, with our stand-in for
//! the SDK (`firmware/standin`) it is a program for QEMU's LX106. What is tested is therefore what is flashed.
//!
//! What decides something is plain Rust and compiles for any machine, with tests: [`identity`], [`partitions`],
//! [`pads`], [`clock`], [`station`], [`link`], [`search`], [`kept`], [`mod@memory`]. What calls C is in `esp8266` and exists
//! for the chip alone.
//!
//! Architecture invariant: this crate knows neither MQTT nor what a fleet means, and code that calls C decides nothing.
#![no_std]
// `abort` keeps the address it was called from, and nothing stable tells it.
#![cfg_attr(target_os = "none", feature(link_llvm_intrinsics), expect(internal_features))]

pub mod clock;
#[cfg(target_os = "none")]
pub mod esp8266;
pub mod identity;
pub mod kept;
pub mod link;
mod log;
pub mod memory;
pub mod pads;
pub mod partitions;
pub mod search;
pub mod station;

#[doc(hidden)]
pub use fleetwright_node as node;
pub use log::LOCAL_MESSAGE;

/// Makes a crate with a [`Program`](fleetwright_node::Program) the firmware of a node: its memory, its identity's place
/// in flash, and `user_init`, which the SDK calls.
///
/// What takes room beyond the usual stands behind the program, as in `entry!(PROGRAM, names: 40, longest: 12)`; see
/// [`Room`](identity::Room).
#[macro_export]
macro_rules! entry {
    ($program:expr $(, $field:ident: $value:expr)*) => {
        const _: () = {
            const {
                assert!($program.is_served(), "the features of fleetwright-node are not those that the program needs");
            }
            const ROOM: $crate::identity::Room =
                $crate::identity::Room { $($field: $value,)* ..$crate::identity::Room::usual($program.longest_name()) };
            const IDENTITY: usize = $crate::identity::size($program.node.len(), &ROOM) / 4;

            /// Empty here; the tool that writes a node's image fills it in.
            #[unsafe(no_mangle)]
            #[unsafe(link_section = ".irom0.fleetwright")]
            static FLEETWRIGHT_IDENTITY: [u32; IDENTITY] = $crate::identity::empty();

            // SAFETY: the SDK calls what it finds under this name, once, and nothing else has it.
            #[unsafe(no_mangle)]
            extern "C" fn user_init() {
                let memory = $crate::memory! {
                    topics: $program.topics.len(),
                    roles: $program.roles.len(),
                    text: $program.text_memory(),
                    receive: $program.receive_memory(ROOM.longest),
                    transmit: $program.transmit_memory(ROOM.longest),
                    identity: IDENTITY,
                };
                $crate::esp8266::start(&$program, &FLEETWRIGHT_IDENTITY, memory);
            }
        };
    };
}
