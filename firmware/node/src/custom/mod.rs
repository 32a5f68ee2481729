//! `custom`: a role that somebody wrote in Rust beside the fleet file. Knows how to call it, and what it may ask for;
//! must not know what it does.
//!
//! The role is a struct named `Role` with a `const fn new() -> Self`, and implements [`Custom`]:
//!
//! ```
//! // What `crate::given::fan` holds in a generated crate.
//! # mod given { pub mod fan {
//! # pub mod hears { use fleetwright_node::{TopicId, custom::Hears};
//! # pub const WARMTH: Hears<f32> = Hears::of(TopicId(0)); }
//! # pub mod says { use fleetwright_node::{TopicId, custom::Says};
//! # pub const SPEED: Says<i32> = Says::of(TopicId(1)); }
//! # } }
//! use fleetwright_node::custom::{Custom, Turn};
//! use given::fan::{hears, says};
//!
//! pub struct Role;
//!
//! impl Role {
//!     pub const fn new() -> Self {
//!         Self
//!     }
//! }
//!
//! impl Custom for Role {
//!     fn heard(&mut self, turn: &mut Turn<'_>) {
//!         if let Some(warmth) = turn.heard(hears::WARMTH).get() {
//!             turn.say(says::SPEED, if warmth > 25.0 { 100 } else { 0 });
//!         }
//!     }
//! }
//! ```
//!
//! Its memory is the struct: a static of the generated crate, without allocation. Pins and buses ([`Turn::output`],
//! [`Turn::input`], [`Turn::i2c`]) are values that it may keep there, also inside of a driver that somebody else wrote
//! for embedded-hal 1.0, since they hold no reference: they reach the board through
//! [`PinFunctions`](crate::PinFunctions).

mod driver;
mod i2c;
mod pins;
mod role;
mod topics;
mod turn;

pub use driver::{Held, Own};
pub use i2c::{BusError, I2c};
pub use pins::{Delay, Input, Output, Pwm};
pub use role::Custom;
pub use topics::{Carries, Hears, Says};
pub use turn::Turn;
