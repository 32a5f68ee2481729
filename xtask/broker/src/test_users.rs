//! Users beside those of a fleet, on brokers that are thrown away.

/// The user that may read everything: how a run sees what happens.
pub const OBSERVER: &str = "fleetwright-observer";

/// The user that may publish on every topic, where a proof asks for it: what it publishes shows who receives.
pub const SPEAKER: &str = "fleetwright-speaker";
