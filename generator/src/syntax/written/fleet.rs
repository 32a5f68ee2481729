//! A whole fleet file, as written.

use super::boards::BoardSpec;
use super::broker::{BrokerSpec, WifiSpec};
use super::named::Named;
use super::nodes::{ClientSpec, NodeSpec};
use super::roles::RoleSpec;
use super::scenarios::StepSpec;
use super::topics::TopicSpec;
use crate::text::{Span, Text};

/// The whole file.
#[derive(Clone, Debug)]
pub struct Spec {
    /// `fleet`
    pub fleet: Text,
    /// `wifi`
    pub wifi: Option<WifiSpec>,
    /// `broker`
    pub broker: BrokerSpec,
    /// `topics`
    pub topics: Vec<Named<TopicSpec>>,
    /// `roles`
    pub roles: Vec<Named<RoleSpec>>,
    /// `layouts`; or one named `default` for `nodes`
    pub layouts: Vec<Named<Vec<Named<NodeSpec>>>>,
    /// `clients`
    pub clients: Vec<Named<ClientSpec>>,
    /// `for_each` and `shared`
    pub copies: Option<CopiesSpec>,
    /// `scenarios`
    pub scenarios: Vec<Named<Vec<StepSpec>>>,
    /// `boards`
    pub boards: Vec<Named<BoardSpec>>,
}

/// `for_each` and `shared`
#[derive(Clone, Debug)]
pub struct CopiesSpec {
    /// `for_each`, the whole map.
    pub span: Span,
    /// The variables and their values, in the order of the file.
    pub each: Vec<Named<Vec<String>>>,
    /// Topics that exist once.
    pub shared: Vec<Text>,
    /// The parts of the file that are repeated.
    pub repeated: Vec<Span>,
}
