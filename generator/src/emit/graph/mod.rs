//! The topology as a graph, for Graphviz, Mermaid and browsers: who publishes and subscribes to which topic, and what stays
//! inside.

mod dot;
mod mermaid;
mod parties;
mod svg;

pub(super) use dot::dot;
pub(super) use mermaid::mermaid;
pub(super) use parties::{payload, pin_names};
pub(super) use svg::svg;
