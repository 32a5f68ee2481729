//! The fleet file as written. Knows the shape of the file, nothing of pins, other nodes or meanings.

mod boards;
mod broker;
mod bytes;
mod copies;
mod custom;
pub mod events;
mod fleet;
mod foreign;
mod include;
mod nodes;
mod reader;
mod roles;
mod scenarios;
mod topics;
mod tree;
mod written;
mod yaml;

pub use include::{Wanted, wanted};
pub use written::{
    ActSpec, AddressSpec, AtBootSpec, BoardSpec, BrokerSpec, ClientSpec, CopiesSpec, CrateSpec, CustomSpec, ExpectSpec,
    FollowsSpec, Named, NetworkSpec, NodeFaultSpec, NodeSpec, PayloadSpec, Points, PullSpec, RoleKindSpec, RoleSpec,
    RuleSpec, SaysSpec, SettingSpec, Spec, StepSpec, TopicSpec, WifiSpec,
};

use crate::diag::{Diagnostics, Findings};
use crate::text::Source;
use reader::Reader;

/// Reads a fleet file; all findings about its shape at once.
pub fn parse(source: &Source) -> Result<Spec, Diagnostics> {
    let mut findings = Findings::default();
    let tree = include::whole(source, &mut findings);
    let spec = tree.and_then(|tree| Reader { findings: &mut findings }.spec(&tree));
    findings.seam(spec).map(|(spec, _)| spec)
}
