//! What is made of one fleet file, and which of its layouts somebody means.

use crate::diag::Diagnostic;
use crate::emit::Artifact;
use crate::model::UnknownLayout;
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

impl Output {
    /// The layout of this name; without a name the first of the file.
    pub fn layout(&self, name: Option<&str>) -> Result<&Plan, UnknownLayout> {
        let plans = self.layouts(name)?;
        plans.first().copied().ok_or_else(|| self.unknown(name))
    }

    /// The layout of this name alone; without a name all of them, in the order of the file.
    pub fn layouts(&self, name: Option<&str>) -> Result<Vec<&Plan>, UnknownLayout> {
        let wanted = |plan: &&Plan| name.is_none_or(|name| plan.layout == name);
        let plans: Vec<&Plan> = self.plans.iter().filter(wanted).collect();
        if name.is_some() && plans.is_empty() { Err(self.unknown(name)) } else { Ok(plans) }
    }

    fn unknown(&self, name: Option<&str>) -> UnknownLayout {
        let source_path = self.plans.first().map(|plan| plan.source_path.as_str()).unwrap_or_default();
        UnknownLayout::new(source_path, name, self.plans.iter().map(|plan| plan.layout.as_str()))
    }
}
