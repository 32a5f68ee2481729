//! Finds hosts whose names end with `.local`: no DNS server knows them, they answer for themselves (RFC 6762). Sans-IO:
//! platforms send the query and hand over what they receive.
//!
//! This is the simplest kind of querier, that of section 5.1. Its query goes to the group from a port of its own, so
//! responders answer to that port alone (section 6.7), and the querier does not have to join the group. The bit that asks
//! for an answer by unicast stays zero: it is for queriers on port 5353, whose answers go to the group otherwise. The
//! query's identifier is zero (section 18.1), and that of the answer is not looked at: the port tells what it answers.
//!
//! Everybody in the network may answer. Who the broker is, TLS proves, not its address.
//!
//! Architecture invariant: no allocation, no index that may be out of range, no socket and no clock.
#![no_std]

#[cfg(test)]
extern crate std;

mod interface;
mod name;
mod query;
mod response;
mod schedule;

pub use interface::Interface;
pub use name::is_local;
pub use query::{LONGEST_QUERY, query};
pub use response::address;
pub use schedule::{LIMIT_MS, Schedule};

/// The IPv4 address of the group that responders listen to (RFC 6762, section 3).
pub const GROUP: [u8; 4] = [224, 0, 0, 251];
/// The UDP port of responders, and the one that their answers come from (RFC 6762, sections 3 and 6).
pub const PORT: u16 = 5353;

/// The type of a record with an IPv4 address (RFC 1035, section 3.2.2).
const TYPE_A: u16 = 1;
/// The class of the Internet (RFC 1035, section 3.2.4).
const CLASS_IN: u16 = 1;
/// Bytes of the header of a message (RFC 1035, section 4.1.1).
const HEADER: usize = 12;
