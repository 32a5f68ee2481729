//! Layouts: which node has which role, on which pin of which board.

use super::pins::Pin;
use super::roles::RoleId;
use std::collections::BTreeMap;

/// A distribution of the roles over boards.
#[derive(Clone, Debug)]
pub struct Layout {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// In the order of the file.
    pub nodes: Vec<Node>,
}

/// An ESP8266 and what it does.
#[derive(Clone, Debug)]
pub struct Node {
    /// `[a-z][a-z0-9-]*`
    pub name: String,
    /// For one of several copies, its name as written: `lamp-{floor}-{room}`.
    pub template: Option<String>,
    /// The board's name in the catalogue.
    pub board: String,
    /// Which roles it has, in the order of the file, and where each is wired.
    pub roles: Vec<(RoleId, Option<Pin>)>,
    /// Where roles with several pins are wired, each pin by its name, in the role's order.
    pub pins: BTreeMap<RoleId, Vec<(String, Pin)>>,
}
