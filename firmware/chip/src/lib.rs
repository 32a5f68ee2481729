//! A node of a fleet on the ESP8266: Espressif's SDK beneath, `fleetwright-node` above. Moves bytes, levels and time
//! between the two; knows neither MQTT nor what the fleet's words mean.
//!
//! A node's crate is compiled once, and linked twice: with the SDK it is an image for a board, with our stand-in for
//! the SDK (`firmware/standin`) it is a program for QEMU's LX106. What is tested is therefore what is flashed.
//!
//! What decides something is plain Rust and compiles for any machine, with tests: [`identity`], [`partitions`],
//! [`pads`], [`clock`], [`link`]. What calls C exists for the chip alone.
#![no_std]
// `abort` keeps the address it was called from, and nothing stable tells it.
#![cfg_attr(target_os = "none", feature(link_llvm_intrinsics), expect(internal_features))]

pub mod clock;
pub mod identity;
pub mod link;
pub mod pads;
pub mod partitions;

#[cfg(target_os = "none")]
mod board;
#[cfg(all(target_os = "none", feature = "dims"))]
mod dimmers;
#[cfg(target_os = "none")]
mod failure;
#[cfg(target_os = "none")]
mod libc;
#[cfg(target_os = "none")]
mod line;
#[cfg(target_os = "none")]
mod network;
#[cfg(target_os = "none")]
mod platform;
#[cfg(target_os = "none")]
mod sdk;
#[cfg(all(target_os = "none", feature = "tls"))]
mod secured;
#[cfg(all(target_os = "none", feature = "tls"))]
mod stack;
#[cfg(target_os = "none")]
mod wifi;
#[cfg(all(target_os = "none", feature = "custom"))]
mod wires;

mod room;

#[cfg(target_os = "none")]
pub use platform::start;
pub use room::Room;

/// How a line of the serial log begins that tells what a role said to the roles beside it; topic and payload follow.
pub const SAYS: &str = "says ";

/// Makes a crate with a [`Program`](fleetwright_node::Program) the firmware of a node: its memory, its identity's place
/// in flash, and `user_init`, which the SDK calls.
///
/// Copies that share a program get their names with their identity: `names` says how many bytes of them, and how long
/// the longest is. With `brokers` the node belongs to a cluster of so many.
#[macro_export]
macro_rules! entry {
    ($program:expr) => {
        $crate::entry!($program, names: 0, longest: $program.longest_name(), brokers: 0);
    };
    ($program:expr, brokers: $brokers:expr) => {
        $crate::entry!($program, names: 0, longest: $program.longest_name(), brokers: $brokers);
    };
    ($program:expr, names: $names:expr, longest: $longest:expr) => {
        $crate::entry!($program, names: $names, longest: $longest, brokers: 0);
    };
    ($program:expr, names: $names:expr, longest: $longest:expr, brokers: $brokers:expr) => {
        const _: () = {
            const {
                assert!($program.is_served(), "the features of fleetwright-node are not those that the program needs");
            }
            const IDENTITY: usize = $crate::identity::size($program.node.len(), $names, $brokers) / 4;
            static ROOM: $crate::Room<
                { $program.topics.len() },
                { $program.roles.len() },
                { $program.text_memory() },
                { $program.receive_memory($longest) },
                { $program.transmit_memory($longest) },
                IDENTITY,
            > = $crate::Room::new();

            /// Empty here; the tool that writes a node's image fills it in.
            #[unsafe(no_mangle)]
            #[unsafe(link_section = ".irom0.fleetwright")]
            static FLEETWRIGHT_IDENTITY: [u32; IDENTITY] = $crate::identity::empty();

            // SAFETY: the SDK calls what it finds under this name, once, and nothing else has it.
            #[unsafe(no_mangle)]
            extern "C" fn user_init() {
                $crate::start(&$program, &FLEETWRIGHT_IDENTITY, ROOM.take());
            }
        };
    };
}
