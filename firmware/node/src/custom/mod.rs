//! `custom`: a role that somebody wrote in Rust beside the fleet file. Knows how to call it, and what it may ask for;
//! must not know what it does.
//!
//! The role is a struct named `Role` with a `const fn new() -> Self`, and implements [`Custom`]:
//!
//! ```
//! // What stands beside the role in a generated crate, for the role `fan`.
//! # mod fan {
//! pub mod topics {
//!     use fleetwright_node::TopicId;
//!     use fleetwright_node::custom::{Publish, Subscribe, Topic};
//!     pub const WARMTH: Topic<f32, Subscribe> = Topic::new(TopicId(0));
//!     pub const SPEED: Topic<i32, Publish> = Topic::new(TopicId(1));
//! }
//!
//! # mod role {
//! // The role's own file.
//! use super::topics;
//! use fleetwright_node::custom::{Context, Custom};
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
//!     fn received(&mut self, context: &mut Context<'_>) {
//!         if let Some(warmth) = context.latest(topics::WARMTH).get() {
//!             context.publish(topics::SPEED, if warmth > 25.0 { 100 } else { 0 });
//!         }
//!     }
//! }
//! # } }
//! ```
//!
//! Its memory is the struct: a static of the generated crate, without allocation. Pins and buses ([`Context::output`],
//! [`Context::input`], [`Context::i2c`]) are values that it may keep there, also inside of a driver that somebody else wrote
//! for embedded-hal 1.0, since they hold no reference: they reach the board through
//! [`PinFunctions`](crate::PinFunctions).

mod context;
mod driver;
mod i2c;
mod pins;
mod role;
mod topics;

pub use context::Context;
pub use driver::{CustomRole, RoleMemory};
pub use i2c::{BusError, I2c};
pub use pins::{Delay, Input, Output, Pwm};
pub use role::Custom;
pub use topics::{MayPublish, MaySubscribe, Message, Publish, PublishSubscribe, Subscribe, Topic};
