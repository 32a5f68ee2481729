//! ejabberd on generated files: a cluster that is one broker.

mod cluster;
mod configuration;
mod erlang;
mod members;

pub(crate) use cluster::Cluster;
pub use erlang::libraries;
