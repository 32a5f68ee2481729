//! All that runs on the emulated CPU alone. Each module keeps what it remembers in a static of its own; from the bottom to
//! the top:
//!
//! - `single`, `channel` (frames over semihosting), `clock` (time and timers), `memory` (what is painted and kept);
//! - what a node calls: `flash`, `heap`, `pins`, `print`, `pwm`, `system`, `station`, `wifi` above it, and above `wifi` and `espconn`
//!   (what they share) `names`, `network` (TCP) and `datagrams` (UDP);
//! - `usage` (what of all that is in use) and `machine`, the loop that hands frames to the others.

mod channel;
mod clock;
mod datagrams;
mod espconn;
mod flash;
mod heap;
mod machine;
mod memory;
mod names;
mod network;
mod pins;
mod print;
mod pwm;
mod single;
mod station;
mod system;
mod usage;
mod wifi;
