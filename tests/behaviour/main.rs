//! Fleets on a real broker.
