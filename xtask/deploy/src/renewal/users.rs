//! Users of a plan by their names.

use anyhow::{Context, Result};
use fleetwright_generator::plan::{NodePlan, Plan};

/// The name of a user as the plan has it.
pub(super) fn user<'p>(plan: &'p Plan, name: &str) -> Result<&'p str> {
    let found = plan.users.iter().find(|user| user.name == name).map(|user| user.name.as_str());
    found.with_context(|| {
        let known: Vec<&str> = plan.users.iter().map(|user| user.name.as_str()).collect();
        format!("`{name}` has no account on the broker of this layout; there are: {}", known.join(", "))
    })
}

/// The node of a user, if it is one.
pub(super) fn node<'p>(plan: &'p Plan, name: &str) -> Option<&'p NodePlan> {
    plan.nodes.iter().find(|node| node.name == name)
}
