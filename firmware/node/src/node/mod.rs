//! The node's loop: what arrives goes to the roles, what roles publish goes to other roles and to the broker. Moves no
//! byte and asks no clock itself.

mod dispatch;
mod poll;
mod receive;
mod state;
mod transmit;

pub use state::Node;
