//! The connections of a simulation: between each node and the broker a proxy that delays, loses and garbles packets.
//! Knows virtual time as a number, nothing of what messages mean.

mod connection;
mod link;
mod listeners;
mod packets;
mod queue;

pub(in crate::scenario) use connection::BrokerConnection;
pub(in crate::scenario) use link::{ConnectionChange, Link};
pub(in crate::scenario) use packets::message;
pub(in crate::scenario) use queue::Conditions;
