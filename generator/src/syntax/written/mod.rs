//! The fleet file as written: every text with its place, nothing looked up yet.

mod boards;
mod broker;
mod fleet;
mod named;
mod nodes;
mod roles;
mod scenarios;
mod topics;

pub use boards::BoardSpec;
pub use broker::{BrokerSpec, NetworkSpec, SettingSpec, WifiSpec};
pub use fleet::{CopiesSpec, Spec};
pub use named::Named;
pub use nodes::{AddressSpec, ClientSpec, NodeSpec};
pub use roles::{
    AtBootSpec, CrateSpec, CustomSpec, FollowsSpec, Points, PullSpec, RoleKindSpec, RoleSpec, RuleSpec, SaysSpec,
};
pub use scenarios::{ActSpec, ExpectSpec, NodeFaultSpec, StepSpec};
pub use topics::{PayloadSpec, TopicSpec};
