//! What is made of one fleet file, and which of its layouts somebody means.

use crate::diag::Diagnostic;
use crate::emit::Artifact;
use crate::plan::Plan;

/// What is made of one fleet file.
#[derive(Debug)]
pub struct Output {
    /// Every file, ordered by path.
    pub artifacts: Vec<Artifact>,
    /// What is allowed but deserves a look.
    pub warnings: Vec<Diagnostic>,
    /// One plan a layout, in the order of the fleet file: what xtask runs and shows.
    pub plans: Vec<Plan>,
    /// A first version of each custom role's file, by its path from the fleet file's folder: for those that are missing.
    pub stubs: Vec<Artifact>,
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

impl Output {
    /// The layout of this name; without a name the first of the file.
    pub fn layout(&self, name: Option<&str>) -> Result<&Plan, UnknownLayout> {
        self.layouts(name).and_then(|plans| plans.first().copied().ok_or_else(|| self.unknown(name)))
    }

    /// The layout of this name alone; without a name all of them, in the order of the file.
    pub fn layouts(&self, name: Option<&str>) -> Result<Vec<&Plan>, UnknownLayout> {
        let wanted = |plan: &&Plan| name.is_none_or(|name| plan.layout == name);
        let plans: Vec<&Plan> = self.plans.iter().filter(wanted).collect();
        if name.is_some() && plans.is_empty() { Err(self.unknown(name)) } else { Ok(plans) }
    }

    fn unknown(&self, name: Option<&str>) -> UnknownLayout {
        UnknownLayout {
            source_path: self.plans.first().map(|plan| plan.source_path.clone()).unwrap_or_default(),
            name: name.map(str::to_owned),
            known: self.plans.iter().map(|plan| plan.layout.clone()).collect(),
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
