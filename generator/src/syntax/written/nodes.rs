//! `nodes` and `clients`, as written.

use super::named::Named;
use crate::text::{Span, Text};

/// An entry of `nodes`.
#[derive(Clone, Debug)]
pub struct NodeSpec {
    /// `board`
    pub board: Text,
    /// Whether it exists once, beside the copies: it stands below `common`.
    pub common: bool,
    /// `ip`
    pub ip: Option<AddressSpec>,
    /// `roles`: which, and on which pin
    pub roles: Vec<Named<Option<Text>>>,
    /// The `pins` of roles that have several, by the role's name
    pub pins: Vec<Named<Vec<Named<Text>>>>,
    /// `allow` of roles: codes of warnings, each with a reason, by the role's name
    pub allow: Vec<Named<Vec<Named<Text>>>>,
    /// `reserved`: pins that something else is wired to, each with what that is
    pub reserved: Vec<Named<Text>>,
}

/// `ip`
#[derive(Clone, Debug)]
pub struct AddressSpec {
    /// `address`, with the length of its net
    pub address: Text,
    /// `gateway`
    pub gateway: Text,
    /// `dns`
    pub dns: Option<Text>,
}

impl NodeSpec {
    /// The `pins` of one role, which is known by the span of its name.
    pub fn pins_of(&self, role: Span) -> &[Named<Text>] {
        self.pins.iter().find(|pins| pins.name.span == role).map_or(&[], |pins| pins.value.as_slice())
    }
}

/// An entry of `clients`.
#[derive(Clone, Debug)]
pub struct ClientSpec {
    /// `publish`
    pub publish: Vec<Text>,
    /// `set`
    pub set: Vec<Text>,
    /// `subscribe`
    pub subscribe: Vec<Text>,
}
