//! A scenario as a layout can play it.

use crate::model::Step;
use crate::text::Position;

/// A scenario in one layout.
#[derive(Clone, Debug)]
pub struct ScenarioPlan {
    /// Its name in the file.
    pub name: String,
    /// Its position in the file.
    pub position: Position,
    /// Why this layout can't play it: roles that none of its nodes has; empty: it can.
    pub unplaced: Vec<String>,
    /// Its steps, in the order of the file.
    pub steps: Vec<StepPlan>,
}

/// A step in one layout.
#[derive(Clone, Debug)]
pub struct StepPlan {
    /// The step as the file describes it.
    pub step: Step,
    /// The node that it names and that this layout does not have: the step is left out here.
    pub absent: Option<String>,
}
