//! Layouts: which node has which role, on which pin of which board.

use super::addresses::StaticAddress;
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
    /// Its address, if it does not ask the router for one.
    pub ip: Option<StaticAddress>,
    /// Which roles it has, in the order of the file, and where each is wired.
    pub roles: Vec<(RoleId, Option<Pin>)>,
    /// Where roles with several pins are wired, each pin by its name, in the role's order.
    pub pins: BTreeMap<RoleId, Vec<(String, Pin)>>,
    /// Pins that something else is wired to, each with what that is, in the order of their numbers.
    pub reserved: Vec<(Pin, String)>,
}

/// There is no layout of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLayout {
    /// The fleet file, as messages show it.
    pub source_path: String,
    /// The name that was asked for; `None`: the first one was, and there is none.
    pub name: Option<String>,
    /// The layouts that there are, in the order of the file.
    pub known: Vec<String>,
}

impl UnknownLayout {
    pub(crate) fn new<'a>(source_path: &str, name: Option<&str>, known: impl Iterator<Item = &'a str>) -> Self {
        Self {
            source_path: source_path.to_owned(),
            name: name.map(str::to_owned),
            known: known.map(str::to_owned).collect(),
        }
    }
}

impl std::fmt::Display for UnknownLayout {
    /// `fleets/room.yaml has no layout `x`; it has: all-in-one, one-per-role`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => {
                write!(f, "{} has no layout `{name}`; it has: {}", self.source_path, self.known.join(", "))
            }
            None => f.write_str("the fleet has no layout"),
        }
    }
}

impl std::error::Error for UnknownLayout {}
